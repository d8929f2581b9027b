/** A value together with the version by which it is replaced. */
export interface Kept<Value> {
	value: Value;
	version: number;
}

/** What a poll's run leaves for the next one. */
export interface Memory {
	read<Value>(name: string): Promise<Kept<Value> | undefined>;
	/** compare-and-swap: false where somebody else was first; version 0 says that nothing is there yet */
	replace<Value>(name: string, value: Value, version: number): Promise<boolean>;
	/** keeps a note for each key */
	remember(
		list: string,
		notes: ReadonlyMap<string, string>,
		expires: Date,
	): Promise<void>;
	/** the notes of those keys that are remembered and have not expired */
	remembered(
		list: string,
		keys: readonly string[],
	): Promise<ReadonlyMap<string, string>>;
}
