/** Reports of what was read are such pieces: each may judge a token, and thousands can come at once. */
export { Turns } from '../accounts/turns.js';
