/** For specs of other rooms that need servers, or a home, of their own. */
export { makeTemporaryHome, removeTemporaryHome } from './temporary-home.ts';
