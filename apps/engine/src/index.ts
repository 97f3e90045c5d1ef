/** The embedded engine. Processes run `main.ts`; this door is for those who look after its data folder. */
export { sweepCheckpoints } from './store/store.ts';
