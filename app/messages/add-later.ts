import './add-car.ts';
import './add-door.ts';
import { enLater } from './en-later.ts';
import { addMessages } from './translate.ts';

addMessages(enLater);
