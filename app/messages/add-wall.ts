import './add-board.ts';
import { enWall } from './en-wall.ts';
import { addMessages } from './translate.ts';

addMessages(enWall);
