import type { Gate, ROUTES, RouteName } from '../protocol/access.ts';
import type { Handler } from './call.ts';
import { addCar, listCars, removeCar, setCar, showCar } from './cars.ts';
import { endOtherSessions, endOwnSession, endSessionOf, listOwnSessions, listSessionsOf } from './devices.ts';
import {
  deleteDocument,
  exportDocuments,
  forgetDocument,
  listDocuments,
  mergeDocuments,
  putDocument,
} from './documents.ts';
import { endDevice, enrolDevice, listDevices, renameDevice } from './enrolled-devices.ts';
import { askEnrolment, claimEnrolment } from './enrolments.ts';
import { callRoll, listFleet } from './fleet.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { acceptInvitation, lookAtInvitation, makeInvitation, withdrawInvitation } from './invitations.ts';
import { changePassword, makeReset, resetPassword } from './password.ts';
import { listPeople, removePerson, setRole } from './people.ts';
import { changePin, listDevicePeople, pinSignIn, pinSignInLater } from './pin.ts';
import { giveTemporaryPin, unlock } from './pin-by-lead.ts';
import { changes, live, sync } from './replica.ts';
import { exportCars, importCars } from './roster.ts';
import { securityLog } from './security.ts';
import { login, logout, me } from './session.ts';
import { setup } from './setup.ts';
import { changeSite, listSites, makeSite, showOverview, showSite } from './sites.ts';
import { endToken, listTokens, makeToken } from './tokens.ts';
import { verifyHistory } from './verify.ts';
import { display, makeWall } from './walls.ts';

/** A route without a handler, or with one that expects another gate than the table's, does not compile (rule I2). */
export const HANDLERS: { [R in RouteName]: Handler & { gate: GateOf<(typeof ROUTES)[R]['gate']> } } = {
  health: { gate: 'public', run: health },
  setup: { gate: 'public', run: setup },
  login: { gate: 'public', run: login },
  logout: { gate: 'public', run: logout },
  me: { gate: 'session', run: me },
  sites: { gate: 'session', run: listSites },
  site: { gate: 'site', run: showSite },
  cars: { gate: 'site', run: listCars },
  car: { gate: 'site', run: showCar },
  'cars.add': { gate: 'site', run: addCar },
  'cars.import': { gate: 'site', run: importCars },
  'cars.set': { gate: 'site', run: setCar },
  'cars.remove': { gate: 'site', run: removeCar },
  'cars.export': { gate: 'site', run: exportCars },
  changes: { gate: 'site', run: changes },
  sync: { gate: 'site', run: sync },
  live: { gate: 'site', run: live },
  history: { gate: 'site', run: history },
  audit: { gate: 'site', run: history },
  'history.verify': { gate: 'site', run: verifyHistory },
  fleet: { gate: 'site', run: listFleet },
  'roll-call': { gate: 'site', run: callRoll },
  documents: { gate: 'session', run: listDocuments },
  'documents.merge': { gate: 'session', run: mergeDocuments },
  'documents.export': { gate: 'session', run: exportDocuments },
  'documents.put': { gate: 'session', run: putDocument },
  'documents.delete': { gate: 'session', run: deleteDocument },
  'documents.forget': { gate: 'session', run: forgetDocument },
  tokens: { gate: 'site', run: listTokens },
  'tokens.make': { gate: 'site', run: makeToken },
  'tokens.end': { gate: 'site', run: endToken },
  'sites.add': { gate: 'session', run: makeSite },
  'sites.set': { gate: 'site', run: changeSite },
  overview: { gate: 'session', run: showOverview },
  password: { gate: 'session', run: changePassword },
  'password.reset': { gate: 'public', run: resetPassword },
  'device.people': { gate: 'session', run: listDevicePeople },
  pin: { gate: 'public', run: pinSignIn },
  'pin.offline': { gate: 'public', run: pinSignInLater },
  'pin.change': { gate: 'session', run: changePin },
  'person.pin': { gate: 'site', run: giveTemporaryPin },
  'person.pin.unlock': { gate: 'site', run: unlock },
  sessions: { gate: 'session', run: listOwnSessions },
  'sessions.end': { gate: 'session', run: endOwnSession },
  'sessions.end-others': { gate: 'session', run: endOtherSessions },
  'person.reset': { gate: 'site', run: makeReset },
  'person.sessions': { gate: 'site', run: listSessionsOf },
  'person.sessions.end': { gate: 'site', run: endSessionOf },
  security: { gate: 'site', run: securityLog },
  people: { gate: 'site', run: listPeople },
  'people.set': { gate: 'site', run: setRole },
  'people.remove': { gate: 'site', run: removePerson },
  'invitations.make': { gate: 'site', run: makeInvitation },
  'invitations.withdraw': { gate: 'site', run: withdrawInvitation },
  'invitations.look': { gate: 'public', run: lookAtInvitation },
  'invitations.accept': { gate: 'public', run: acceptInvitation },
  'enrolments.ask': { gate: 'public', run: askEnrolment },
  'enrolments.claim': { gate: 'public', run: claimEnrolment },
  devices: { gate: 'site', run: listDevices },
  'devices.enrol': { gate: 'site', run: enrolDevice },
  'devices.set': { gate: 'site', run: renameDevice },
  'devices.end': { gate: 'site', run: endDevice },
  'walls.make': { gate: 'site', run: makeWall },
  display: { gate: 'public', run: display },
};

type GateOf<G extends Gate> = G extends 'public' | 'session' ? G : 'site';
