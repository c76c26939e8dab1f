import { enBoard } from './en-board.ts';
import { addMessages } from './translate.ts';

addMessages(enBoard);
