import * as z from "zod";
import { attributes } from "./attributes.ts";
import { schemas } from "./events.generated.ts";
import type { CloudEvent } from "./inbox/event.ts";
import { partsOf } from "./inbox/json-text.ts";

export type { CloudEvent, Via } from "./inbox/event.ts";

/** A schema for each type of event; "acme.*" is of every other one that begins so. */
export type Schemas = Readonly<Record<string, z.core.$ZodType>>;

/** Of those that come with the package, unless another union is named. */
type BuiltIn = typeof schemas;
export type TypeIn<Union extends Schemas> = {
	[Key in keyof Union & string]: Key extends `${infer Provider}.*`
		? `${Provider}.${string}`
		: Key;
}[keyof Union & string];

/** Every type of event that this version of the package knows; of some senders, whatever begins with their name. */
export type EventType = TypeIn<BuiltIn>;

/**
 * The `data` of a type of event, in the fields that its schema names. The sender's other fields are there too:
 * `const all: Record<string, unknown> = event.data` reads them.
 */
export type Data<
	Type extends EventType | TypeIn<Union> = EventType,
	Union extends Schemas = BuiltIn,
> = Type extends keyof Union
	? Type extends `${string}.unrecognized`
		? z.input<Union[Type]>
		: Named<z.input<Union[Type]>>
	: OpenData<Type, Union>;

/** Of a sender whose types are not known beforehand: of its fields too the schema names but a few. */
type OpenData<Type, Union extends Schemas> = {
	[Key in keyof Union]: Key extends `${infer Provider}.*`
		? Type extends `${Provider}.${string}`
			? z.input<Union[Key]>
			: never
		: never;
}[keyof Union];

/** Without the signature that lets any name through, so that a misspelt one is found. */
type Named<Value> = Value extends readonly (infer Element)[]
	? Named<Element>[]
	: Value extends object
		? {
				[Name in keyof Value as string extends Name ? never : Name]: Named<
					Value[Name]
				>;
			}
		: Value;

export interface EventOf<
	Type extends EventType | TypeIn<Union>,
	Union extends Schemas = BuiltIn,
> extends Omit<CloudEvent<Type>, "data"> {
	data: Data<Type, Union>;
}

export interface ReferenceOf<Type extends string>
	extends Omit<CloudEvent<Type>, "data" | "dataref"> {
	data?: undefined;
	dataref: string;
}

/** An event with its data; `type` tells which. */
export type BillhookEvent<
	Type extends EventType | TypeIn<Union> = EventType,
	Union extends Schemas = BuiltIn,
> = {
	[Each in Type]: EventOf<Each, Union>;
}[Type];

/** An event whose data lies in the bucket, at `dataref`. */
export type EventReference<Type extends string = EventType> = {
	[Each in Type]: ReferenceOf<Each>;
}[Type];

/** An event of a type that only a newer version of the package knows. */
export interface UnknownEvent extends CloudEvent<"unknown"> {
	unknownType: string;
}

/** Reads the object that a `dataref` names. */
export type Fetch = (dataref: string) => Promise<string | Uint8Array>;

/** What cannot be an event of Billhook's; names the fields, and holds no value of theirs. */
export class UnreadableEvent extends Error {
	override name = "UnreadableEvent";
	readonly issues: readonly { path: string; message: string }[];

	constructor(issues: readonly { path: string; message: string }[]) {
		super(
			issues
				.map(({ path, message }) => (path ? `${path}: ${message}` : message))
				.join("; "),
		);
		this.issues = issues;
	}
}

/** Reads messages as the events of a union. */
export interface Parse<Union extends Schemas = BuiltIn> {
	(
		messageBody: string,
	):
		| BillhookEvent<TypeIn<Union>, Union>
		| EventReference<TypeIn<Union>>
		| UnknownEvent;
	(
		messageBody: string,
		options: { fetch: Fetch },
	): Promise<BillhookEvent<TypeIn<Union>, Union> | UnknownEvent>;
}

/**
 * Reads a message of a provider's queue; with `fetch`, a large event's data too.
 * Of one `subject` and `lane`, keep the event with the greatest `sequence`: one with a smaller is history.
 */
export const parse: Parse = parserOf({});

/** `parse` for providers of one's own as well: `billhook generate` writes the call. */
export function parserOf<const Own extends Schemas>(
	own: Own,
): Parse<BuiltIn & Own> {
	const union: Schemas = { ...schemas, ...own };
	function parseAs(messageBody: string, options?: { fetch: Fetch }): unknown {
		return options
			? load(union, messageBody, options.fetch)
			: read(union, messageBody);
	}
	// an overloaded type's implementation answers for all of them
	return parseAs as Parse<BuiltIn & Own>;
}

/** The text of an event's data as it stands in the message, every number with the digits it was sent with; undefined where only `dataref` is. */
export function dataText(messageBody: string): string | undefined {
	parseJson(messageBody, "");
	return partsOf(messageBody).get("data");
}

async function load(union: Schemas, messageBody: string, fetch: Fetch) {
	const event = read(union, messageBody);
	if (event.data !== undefined || event.dataref === undefined) return event;
	const body = await fetch(event.dataref);
	const text = typeof body === "string" ? body : new TextDecoder().decode(body);
	return check(union, { ...event, data: parseJson(text, "data") });
}

function read(union: Schemas, messageBody: string) {
	const event = parseJson(messageBody, "");
	refuse(attributes.safeParse(event), "");
	const { type, ...rest } = event as CloudEvent;
	if (!schemaOf(union, type))
		return { ...rest, type: "unknown", unknownType: type };
	return check(union, event as CloudEvent);
}

/** The value stays as it came: a schema may know fewer fields than the sender. */
function check(union: Schemas, event: CloudEvent) {
	if (event.data === undefined && event.dataref === undefined)
		throw new UnreadableEvent([
			{ path: "data", message: "neither data nor dataref is there" },
		]);
	const schema = schemaOf(union, event.type);
	if (event.data !== undefined && schema)
		refuse(z.safeParse(schema, event.data), "data");
	return event;
}

function schemaOf(union: Schemas, type: string): z.core.$ZodType | undefined {
	const open = `${type.slice(0, type.indexOf("."))}.*`;
	const known = [type, open].find((key) => Object.hasOwn(union, key));
	return known === undefined ? undefined : union[known];
}

function refuse({ error }: z.ZodSafeParseResult<unknown>, place: string): void {
	if (!error) return;
	throw new UnreadableEvent(
		error.issues.map(({ path, message }) => ({
			path: [...(place ? [place] : []), ...path].map(String).join("."),
			message,
		})),
	);
}

function parseJson(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		// its own message quotes the text
		throw new UnreadableEvent([{ path, message: "not JSON" }]);
	}
}
