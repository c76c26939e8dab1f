import './add-acts.ts';
import { enCar } from './en-car.ts';
import { addMessages } from './translate.ts';

addMessages(enCar);
