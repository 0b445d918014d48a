import { relatedEntitiesOperation } from './relatedEntities';

export const getDevices = relatedEntitiesOperation('devices', {
	name: 'Get Devices',
	value: 'getDevices',
	action: 'Get the devices of a case',
	description:
		'Get an item for each device in one case: its host name and what else Intezer knows of it',
});
