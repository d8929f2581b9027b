import * as z from "zod/mini";

const shownFields = 12;
// a setting that names the wrong field makes every row odd, and must not pass after a day
const several = 4;

/** A number of seconds or its text, more than none; z.coerce would bring types into every bundle that no schema has. */
export const Seconds = z.pipe(
	z.transform(Number),
	z.number().check(z.positive()),
);

/** An answer in a shape nobody has described; names the shape and never a value. */
export class UnknownShape extends Error {
	override name = "UnknownShape";
	readonly isUnknownShape = true;
	readonly shape: string;
	/** what had this shape, for quarantine alone */
	readonly came: unknown;
	constructor(shape: string, came?: unknown) {
		super(`The provider answered in an unknown shape: ${shape}.`);
		this.shape = shape;
		this.came = came;
	}
}

/** Also of a provider from a folder of its own, which brings its own copy of the class. */
export function isUnknownShape(error: unknown): error is UnknownShape {
	return error instanceof Error && "isUnknownShape" in error;
}

/** The provider's memory ends later than what was last asked for; names the time, and what it was is nobody's to say. */
export class Forgotten extends Error {
	override name = "Forgotten";
	readonly isForgotten = true;
	constructor(since: string) {
		super(
			`What has happened since ${since} may be older than what the provider lists.`,
		);
	}
}

/** Also of a provider from a folder of its own. */
export function isForgotten(error: unknown): error is Forgotten {
	return error instanceof Error && "isForgotten" in error;
}

/** What the schema makes of an answer, or an error that names the shape it had instead. */
export function expectShape<Schema extends z.core.$ZodType>(
	schema: Schema,
	json: unknown,
): z.output<Schema> {
	const parsed = z.safeParse(schema, json);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues[0]?.path.map(String).map(safe).join(".");
	const shape = shapeOf(json) + (where ? `, at ${where}` : "");
	throw new UnknownShape(shape, json);
}

export interface ReadRows<Row> {
	rows: Row[];
	/** as they came, each with what is unknown about it */
	unreadable: { row: unknown; error: UnknownShape }[];
}

/** Each row by itself; only where there are some and none of them can be read is it the answer that has an unknown shape. */
export function expectRows<Schema extends z.core.$ZodType>(
	schema: Schema,
	rows: readonly unknown[],
): ReadRows<z.output<Schema>> {
	const read: ReadRows<z.output<Schema>> = { rows: [], unreadable: [] };
	for (const row of rows) {
		try {
			read.rows.push(expectShape(schema, row));
		} catch (error) {
			if (!isUnknownShape(error)) throw error;
			read.unreadable.push({ row, error });
		}
	}
	const [first] = read.unreadable;
	if (first && read.rows.length === 0 && rows.length >= several)
		throw new UnknownShape(`${rows.length} rows as ${first.error.shape}`, rows);
	return read;
}

/** The keys and kinds of a JSON value, two levels deep, without any of its values. */
export function shapeOf(json: unknown, depth = 2): string {
	if (json === null) return "null";
	if (Array.isArray(json)) {
		const [first] = json;
		return json.length === 0
			? "empty array"
			: `array of ${shapeOf(first, depth)}`;
	}
	if (typeof json !== "object") return typeof json;
	const fields = Object.entries(json);
	if (fields.length === 0) return "empty object";
	if (depth === 0) return "object";
	const shown = fields
		.slice(0, shownFields)
		.map(([key, value]) => `${safe(key)}: ${shapeOf(value, depth - 1)}`);
	if (fields.length > shownFields) shown.push("…");
	return `{ ${shown.join(", ")} }`;
}

// a key may be a value in disguise: an address, an account number
function safe(key: string): string {
	return /^(?:[A-Za-z_][A-Za-z_-]{0,39}\d{0,2}|\d{1,3})$/.test(key) ? key : "…";
}
