import './add-later.ts';
import { enPeople } from './en-people.ts';
import { addMessages } from './translate.ts';

addMessages(enPeople);
