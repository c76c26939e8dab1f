import { enViews } from './en-views.ts';
import { addMessages } from './translate.ts';

addMessages(enViews);
