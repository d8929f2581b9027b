/** A value as DynamoDB's JSON has it. */
export type Value =
	| { S: string }
	| { N: string }
	| { B: string }
	| { BOOL: boolean }
	| { NULL: true }
	| { M: Item }
	| { L: Value[] };

export type Item = { [name: string]: Value };

/** The bytes an item is billed by. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function sizeOf(item: Item): number {
	return Object.entries(item).reduce(
		(sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value),
		0,
	);
}

function sizeOfValue(value: Value): number {
	if ("S" in value) return Buffer.byteLength(value.S);
	if ("B" in value) return Buffer.byteLength(value.B, "base64");
	// one byte for two digits, and one more
	if ("N" in value)
		return Math.ceil(value.N.replaceAll(/\D/g, "").length / 2) + 1;
	if ("M" in value) return 3 + sizeOf(value.M) + Object.keys(value.M).length;
	if ("L" in value)
		return value.L.reduce((sum, one) => sum + 1 + sizeOfValue(one), 3);
	return 1;
}

/** What an index keeps of the items that have its keys. */
export interface Index {
	keys: readonly string[];
	/** beside the keys; absent, everything */
	projected?: readonly string[];
}

export interface Footprint {
	/** the write units of the item, put where none stands */
	table: number;
	/** and those of its index entries */
	indexes: number;
	/** the bytes that storage is billed by, without DynamoDB's own overhead, and in how many entries */
	bytes: number;
	entries: number;
}

export function footprintOf(item: Item, indexes: readonly Index[]): Footprint {
	const own = sizeOf(item);
	const entries = indexes
		.filter(({ keys }) => keys.every((key) => key in item))
		.map(({ keys, projected }) => {
			const names = projected && new Set([...keys, ...projected]);
			const kept = Object.entries(item).filter(
				([name]) => !names || names.has(name),
			);
			return sizeOf(Object.fromEntries(kept));
		});
	return {
		table: units(own),
		indexes: entries.reduce((sum, bytes) => sum + units(bytes), 0),
		bytes: entries.reduce((sum, bytes) => sum + bytes, own),
		entries: 1 + entries.length,
	};
}

function units(bytes: number): number {
	return Math.max(1, Math.ceil(bytes / 1024));
}
