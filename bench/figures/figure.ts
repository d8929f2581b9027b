/** A median with the quartiles around it. */
export interface Figure {
	median: number;
	low: number;
	high: number;
	of: number;
}

export function figure(values: readonly number[]): Figure {
	return {
		median: quantile(values, 0.5),
		low: quantile(values, 0.25),
		high: quantile(values, 0.75),
		of: values.length,
	};
}

export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((one, other) => one - other);
	const place = (sorted.length - 1) * share;
	const below = sorted[Math.floor(place)] ?? Number.NaN;
	const above = sorted[Math.ceil(place)] ?? Number.NaN;
	return below + (above - below) * (place % 1);
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}

/** A new order of the same, so that no variant always runs behind the same other. */
export function shuffled<T>(values: readonly T[]): T[] {
	return values
		.map((value) => ({ value, place: Math.random() }))
		.sort((one, other) => one.place - other.place)
		.map(({ value }) => value);
}

/** What one took as a share of what the other took in the same round. */
export function share(
	ours: readonly number[],
	theirs: readonly number[],
): Figure {
	return figure(ours.map((own, round) => own / (theirs[round] ?? Number.NaN)));
}

export function rounded(value: number, digits = 3): number {
	return Number(value.toPrecision(digits));
}
