import './add-later.ts';
import { enSites } from './en-sites.ts';
import { addMessages } from './translate.ts';

addMessages(enSites);
