import { partsOf } from "../../functions/inbox/json-text.ts";
import { readObject } from "../installation/bodies.ts";
import { EventRow } from "../installation/events.ts";
import { findEvent } from "../installation/find-event.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";
import type { ShownEvent } from "./answers.ts";

// each hour of it is asked for
const searchedDays = 31;
const dayMs = 24 * 3_600_000;

/** One event, and its data as it was handed on. */
export async function showEvent(
	installation: Installation,
	parameters: URLSearchParams,
): Promise<ShownEvent> {
	const id = parameters.get("id") ?? "";
	const event = await findEvent(installation, id, {
		provider: parameters.get("provider") ?? undefined,
		...periodOf(parameters.get("at")),
	});
	if (!event)
		throw new Trouble(
			`No event of this id was recorded in the last ${searchedDays} days; billhook show --since looks further back.`,
		);
	const { message, type, recordedtime, via } = event;
	if (message === undefined)
		return {
			...EventRow.parse(event),
			attributes: { id, type, recordedtime, via },
		};
	const parts = partsOf(message);
	const { dataref } = JSON.parse(message) as { dataref?: string };
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

/** The instant that a list named, or all the time that is searched. */
function periodOf(at: string | null): { since: Date; until: Date } {
	const now = new Date();
	const then = new Date(at ?? "");
	return Number.isNaN(then.getTime())
		? { since: new Date(now.getTime() - searchedDays * dayMs), until: now }
		: { since: then, until: then };
}
