import { relatedEntitiesOperation } from './relatedEntities';

export const getTtps = relatedEntitiesOperation('ttps', {
	name: 'Get TTPs',
	value: 'getTtps',
	action: 'Get the tactics and techniques of a case',
	description:
		'Get an item for each tactic, technique or procedure seen in one case, such as T1059',
});
