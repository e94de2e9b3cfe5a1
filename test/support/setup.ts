import { arrangeFileCleanUp } from './clean-up.js';
import { tempDir } from './temp.js';

arrangeFileCleanUp();

// Services that tests start, here or in processes of their own, remember nothing in the user's own state directory.
delete process.env.STATE_DIRECTORY;
process.env.XDG_STATE_HOME = tempDir('nas-state-');
