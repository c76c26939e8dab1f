import type { Answer, EditDone } from '../ports.ts';
import { type CarView, parseCarId } from '../protocol/car.ts';
import type { Intent } from '../protocol/edit.ts';
import { refuse } from '../protocol/errors.ts';
import { newCar, someCarFields } from '../protocol/schema.ts';
import { readJson } from './body.ts';
import type { SiteCall } from './call.ts';
import { refusalOfEdit } from './edit-refusal.ts';
import { etag, readPreconditions } from './preconditions.ts';
import { problem } from './problem.ts';

/** `GET …/cars` */
export async function listCars({ site, caller, hub }: SiteCall): Promise<Response> {
  const cars = await hub(site).read((it) => it.cars(caller.session));
  return cars.ok ? Response.json(cars.value) : problem(cars);
}

/** `GET …/cars/:car` */
export async function showCar({ site, caller, hub, params }: SiteCall): Promise<Response> {
  const id = parseCarId(params.car ?? '');
  if (id === null) return problem(refuse('unknown-car'));
  const car = await hub(site).read((it) => it.car(caller.session, id));
  return car.ok ? carAnswer(car.value) : problem(car);
}

/** `POST …/cars` */
export async function addCar(call: SiteCall): Promise<Response> {
  const body = await readJson(call.request, newCar);
  if (!body.ok) return problem(body);
  const { id, ...fields } = body.value;
  const done = await edit(call, { type: 'add', car: id, fields });
  if (!done.ok) return problem(done);
  const { outcome, car } = done.value;
  const refusal = refusalOfEdit(done.value);
  if (refusal) return refusal;
  const status = outcome.outcome === 'applied' ? 201 : 200;
  return car ? carAnswer(car, status, `/api/sites/${call.site}/cars/${id}`) : gone();
}

/** `PATCH …/cars/:car` */
export async function setCar(call: SiteCall): Promise<Response> {
  const id = parseCarId(call.params.car ?? '');
  const body = await readJson(call.request, someCarFields);
  if (!body.ok) return problem(body);
  if (id === null) return problem(refuse('unknown-car'));
  const done = await edit(call, { type: 'set', car: id, fields: body.value });
  if (!done.ok) return problem(done);
  return refusalOfEdit(done.value) ?? (done.value.car ? carAnswer(done.value.car) : gone());
}

/** `DELETE …/cars/:car` */
export async function removeCar(call: SiteCall): Promise<Response> {
  const id = parseCarId(call.params.car ?? '');
  if (id === null) return problem(refuse('unknown-car'));
  const done = await edit(call, { type: 'remove', car: id });
  if (!done.ok) return problem(done);
  const refusal = refusalOfEdit(done.value);
  if (refusal) return refusal;
  // Nothing to do: it had been removed before.
  if (done.value.outcome.outcome === 'unchanged') return problem(refuse('unknown-car'));
  return new Response(null, { status: 204 });
}

async function edit(call: SiteCall, intent: Intent): Promise<Answer<EditDone>> {
  const { request, site, caller, hub } = call;
  const options = readPreconditions(request);
  if (!options.ok) return options;
  return hub(site).write((it) => it.edit(caller.session, intent, options.value));
}

function carAnswer(car: CarView, status = 200, location?: string): Response {
  return Response.json(car, {
    status,
    headers: { ...etag(car), ...(location !== undefined && { Location: location }) },
  });
}

/** The edit was made, and the car removed since: what a repeated request with a key can meet. */
function gone(): Response {
  return problem(refuse('car-removed'), { car: null });
}
