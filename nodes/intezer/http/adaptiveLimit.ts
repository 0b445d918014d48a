const FIRST_WIDTH = 2;
/** How much wider each accepted request makes the limit before the first refusal. */
const FIRST_GROWTH = 2;
/** Maximum number of requests in flight. */
export const MAX_WIDTH = 20;
/** After this many accepted requests since a refusal, the limits are back at the known ones. */
const RECOVERY = 100;
/**
 * The pace is back after the requests of this time at the latest: other programs may have used up most of a shared limit
 * for a while, and at the pace that was left, RECOVERY requests can take an hour.
 */
const PACE_RECOVERY_MS = 60_000;
/** The share by which a refusal lowers the width. */
const WIDTH_CUT = 0.5;
/** The share by which the pace of requests stays below the measured one. */
const PACE_CUT = 0.1;
/**
 * The lowest pace, in requests per millisecond. A lower one was measured while other programs used a shared limit, or the
 * service refuses requests whatever their pace: then every refusal would lower it further.
 */
const LOWEST_PACE = 15 / 60_000;
/** After this many milliseconds without a request, the measurement of the pace starts over. */
const IDLE_MS = 2_000;
/** A pace measured over fewer accepted requests is not reliable. */
const MIN_MEASURED = 3;

/**
 * Learns from refusals how many requests a service accepts: in flight (width) and per millisecond (pace). Before the
 * first refusal, each accepted request widens the limit by two, and there is no pace. A refusal halves the width, and
 * sets the pace to what was accepted since the previous refusal. Then both follow a cubic curve over the accepted
 * requests, as in TCP CUBIC: they return to the known limit quickly, stay close to it for long, so that refusals are
 * rare, and then grow faster and faster, because the limit may be gone.
 *
 * All times are milliseconds of a clock that never goes back.
 */
export class AdaptiveLimit {
	/** No request may be sent before this time. */
	sendAt = -Infinity;
	/** What the last refusal showed. */
	private knownWidth: number | undefined;
	private knownPace: number | undefined;
	/** Requests accepted since then, while others were waiting; before the first refusal, all that were accepted. */
	private accepted = 0;
	/** The start of the pace measurement, and the number of requests accepted since. */
	private measuredFrom = 0;
	private measured = 0;

	/** Maximum number of requests in flight now, from 1 to 20. */
	get width(): number {
		const width =
			this.knownWidth === undefined
				? FIRST_WIDTH + FIRST_GROWTH * this.accepted
				: this.knownWidth * this.relativeTo(WIDTH_CUT, RECOVERY);
		return Math.max(1, Math.min(MAX_WIDTH, Math.floor(width)));
	}

	/** Requests per millisecond; undefined while nothing limits them. */
	get pace(): number | undefined {
		if (this.knownPace === undefined) return undefined;
		const recovery = Math.min(RECOVERY, Math.max(1, this.knownPace * PACE_RECOVERY_MS));
		return this.knownPace * this.relativeTo(PACE_CUT, recovery);
	}

	/** A request is sent. @param idleMs for how long none was needed: that time says nothing about the pace */
	send(now: number, idleMs: number): void {
		if (idleMs > IDLE_MS) this.measureFrom(now);
		else this.measuredFrom += idleMs;
		if (this.pace !== undefined) this.sendAt = now + 1 / this.pace;
	}

	/** A request was accepted. @param isLimiting whether others wait; if not, it is unknown if more would be accepted */
	accept(isLimiting: boolean): void {
		this.measured++;
		if (isLimiting || this.knownWidth === undefined) this.accepted++;
	}

	/** The first of the requests in flight together was refused: lowers the limits, and pauses until a time. */
	refuse(pausedUntil: number): void {
		this.knownWidth = Math.max(2, this.width);
		this.accepted = 0;
		this.pauseUntil(pausedUntil);
		if (this.measured < MIN_MEASURED) return;
		// The pause counts, because the service accepted nothing more during it.
		const measuredPace = this.measured / Math.max(1, this.sendAt - this.measuredFrom);
		this.knownPace = Math.max(LOWEST_PACE, measuredPace);
		this.measureFrom(this.sendAt);
	}

	/** Another of the requests in flight was refused: extends the pause if this time is later. */
	pauseUntil(time: number): void {
		if (time <= this.sendAt) return;
		if (this.measuredFrom === this.sendAt) this.measuredFrom = time;
		this.sendAt = time;
	}

	private measureFrom(time: number): void {
		this.measuredFrom = time;
		this.measured = 0;
	}

	/** A factor: `1 - cut` after a refusal, 1 after `recovery` accepted requests, then growing faster and faster. */
	private relativeTo(cut: number, recovery: number): number {
		return 1 + cut * (this.accepted / recovery - 1) ** 3;
	}
}
