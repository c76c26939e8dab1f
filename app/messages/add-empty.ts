import { enEmpty } from './en-empty.ts';
import { addMessages } from './translate.ts';

addMessages(enEmpty);
