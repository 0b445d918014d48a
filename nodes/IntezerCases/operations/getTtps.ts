import { relatedEntitiesOperation } from './relatedEntities';

export const getTtps = relatedEntitiesOperation('ttps', {
	name: 'Get TTPs',
	value: 'getTtps',
	action: 'Get the tactics and techniques of a case',
	description: 'Get the tactics, techniques and procedures (TTPs) seen in a case, one item per TTP',
});
