import { partsOf } from "../../functions/inbox/json-text.ts";
import { readObject } from "../installation/bodies.ts";
import { EventRow } from "../installation/events.ts";
import { findEvent } from "../installation/find-event.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";
import type { ShownEvent } from "./answers.ts";

const rememberedMs = 400 * 24 * 3_600_000;

/** One event, and its data as it was handed on. */
export async function showEvent(
	installation: Installation,
	id: string,
): Promise<ShownEvent> {
	const until = new Date();
	const since = new Date(until.getTime() - rememberedMs);
	const event = await findEvent(installation, id, { since, until });
	if (!event) throw new Trouble("The inbox does not remember this event.");
	const parts = partsOf(event.message);
	const { dataref } = JSON.parse(event.message) as { dataref?: string };
	const data =
		dataref === undefined
			? (parts.get("data") ?? "")
			: Buffer.from(await readObject(installation, dataref)).toString();
	const attributes = [...parts]
		.filter(([name]) => name !== "data")
		.map(([name, text]) => [name, String(JSON.parse(text))]);
	return {
		...EventRow.parse(event),
		attributes: Object.fromEntries(attributes),
		data,
	};
}
