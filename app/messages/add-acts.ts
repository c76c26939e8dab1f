import { enActs } from './en-acts.ts';
import { addMessages } from './translate.ts';

addMessages(enActs);
