import './add-later.ts';
import { enTokens } from './en-tokens.ts';
import { addMessages } from './translate.ts';

addMessages(enTokens);
