// Numbers as the report shows them.
import { median } from './measurement.mts';

/** `1.5 %` */
export function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}

/** `1,234` */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** `1.07 ×` */
export function times(value: number | undefined): string {
	return value === undefined ? '–' : `${value.toFixed(value < 10 ? 2 : 1)} ×`;
}

/** `1.07 s` */
export function seconds(values: readonly number[]): string {
	if (values.length === 0) return '–';
	const value = median(values);
	return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}
