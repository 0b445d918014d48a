import { relatedOperation } from './related';

/** Get Devices: an item for each device of a case. */
export const { description, run } = relatedOperation('getDevices', 'devices');
