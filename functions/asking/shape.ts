import * as z from "zod";

const shownFields = 12;

/** An answer in a shape nobody has described; names the shape and never a value. */
export class UnknownShape extends Error {
	override name = "UnknownShape";
	readonly shape: string;
	constructor(shape: string) {
		super(`The provider answered in an unknown shape: ${shape}.`);
		this.shape = shape;
	}
}

/** What the schema makes of an answer, or an error that names the shape it had instead. */
export function expectShape<Schema extends z.ZodType>(
	schema: Schema,
	json: unknown,
): z.output<Schema> {
	const parsed = z.safeParse(schema, json);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues[0]?.path.map(String).map(safe).join(".");
	throw new UnknownShape(shapeOf(json) + (where ? `, at ${where}` : ""));
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
