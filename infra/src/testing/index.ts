/** For specs of other rooms that need servers, an engine, or a home, of their own. */
export {
  type PrivateEngine,
  type PrivateEngineOptions,
  startPrivateEngine,
} from './private-engine.ts';
export { makeTemporaryHome, removeTemporaryHome } from './temporary-home.ts';
