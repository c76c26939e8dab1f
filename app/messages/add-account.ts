import './add-door.ts';
import './add-later.ts';
import { enAccount } from './en-account.ts';
import { addMessages } from './translate.ts';

addMessages(enAccount);
