import * as z from "zod";
import { attributes } from "../../functions/attributes.ts";

/** Whether it stands for every type that begins so: "acme.*". */
export function isOpen(type: string): boolean {
	return type.endsWith(".*");
}

/** The name of the file that holds a type's schema; no file system takes an asterisk for a letter. */
export function schemaFile(type: string): string {
	return isOpen(type) ? `${type.slice(0, -1)}any.json` : `${type}.json`;
}

/** JSON Schema 2020-12 of one type of event as it lies on the queue. */
export function eventSchema(type: string, dataSchema: z.core.$ZodType) {
	const dataId = `urn:billhook:schema:${type}`;
	const said = (text: string) =>
		isOpen(text)
			? {
					type: "string",
					pattern: `^${text.slice(0, -1).replaceAll(".", "\\.")}`,
				}
			: { const: text };
	const { $schema, properties, required, ...rest } = jsonSchema(attributes);
	const { $schema: _same, ...data } = jsonSchema(dataSchema);
	return {
		$schema,
		$id: `urn:billhook:event:${type}`,
		title: type,
		...rest,
		properties: {
			...properties,
			source: { const: `/providers/${type.slice(0, type.indexOf("."))}` },
			type: said(type),
			dataschema: said(dataId),
			data: { $id: dataId, ...data },
		},
		required,
		oneOf: [
			{ properties: { data: true }, required: ["data"] },
			{ properties: { dataref: true }, required: ["dataref"] },
		],
	};
}

/** As a sender may write it: fields nobody named are allowed. */
function jsonSchema(schema: z.core.$ZodType): z.core.JSONSchema.BaseSchema {
	const written = z.toJSONSchema(schema, {
		target: "draft-2020-12",
		io: "input",
		override: ({ jsonSchema }) => {
			// a format says it in one word; zod adds the expression it tests by
			if (jsonSchema.format) delete jsonSchema.pattern;
		},
	});
	return JSON.parse(JSON.stringify(written), (_, value) => oneTypeEach(value));
}

/** Strict validators take a list of types for a slip, but for one of them and null. */
function oneTypeEach(value: unknown): unknown {
	const List = z.looseObject({ type: z.array(z.string()) });
	const { success, data } = List.safeParse(value);
	if (!success || data.type.filter((type) => type !== "null").length < 2)
		return value;
	const { type: types, ...rest } = data;
	return { ...rest, anyOf: types.map((type) => ({ type })) };
}
