import { relatedEntitiesOperation } from './relatedEntities';

export const getDevices = relatedEntitiesOperation('devices', {
	name: 'Get Devices',
	value: 'getDevices',
	action: 'Get the devices of a case',
	description: 'Get the devices involved in a case, one item per device',
});
