import { arrangeFileCleanUp } from './clean-up.js';

arrangeFileCleanUp();
