import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** How far a table's stream has been worked off, which may be forgotten. */
export interface Passed {
	streamArn: string;
	shard: string;
	/** the last record that is done */
	after: string;
}

export const knownVersion = "1.2.1";
const knownColumns =
	"id table_name event_name keys_json new_image old_image sequence_number shard_id created_at user_identity";

/** Removes what was passed from Dynoxide's file, which it reads through at every write and keeps for ever. Answers why it could not. */
export function forgetPassed(
	file: string,
	version: string | undefined,
	passed: readonly Passed[],
): string | undefined {
	if (passed.length === 0 || !existsSync(file)) return undefined;
	if (version !== knownVersion)
		return `the stream's layout is known of Dynoxide ${knownVersion}, not of ${version ?? "this one"}`;
	using database = new DatabaseSync(file, { timeout: 5000 });
	const columns = database
		.prepare("SELECT name FROM pragma_table_info('_stream_records')")
		.all()
		.map(({ name }) => name);
	if (columns.join(" ") !== knownColumns)
		return `the stream's columns are ${columns.join(", ") || "missing"}`;
	// the last one that was passed stays: the next is numbered after the greatest there is
	const forget = database.prepare(
		`DELETE FROM _stream_records WHERE shard_id = ?
		 AND table_name = (SELECT table_name FROM _tables WHERE table_name = ? AND stream_label = ?)
		 AND CAST(sequence_number AS INTEGER) < CAST(? AS INTEGER)`,
	);
	database.exec("BEGIN IMMEDIATE");
	for (const { streamArn, shard, after } of passed) {
		const [, table = "", label = ""] =
			/:table\/([^/]+)\/stream\/(.+)$/.exec(streamArn) ?? [];
		forget.run(shard, table, label, after);
	}
	database.exec("COMMIT");
	return undefined;
}
