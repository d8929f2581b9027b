import * as z from "zod";
import type { Installed } from "../../functions/installed.ts";
import { nearest } from "../../functions/nearest.ts";
import type { Example, ExampleDelivery } from "../../functions/provider.ts";
import { defineCommand } from "../command/command.ts";
import { loadPart } from "../installation/declared.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { readToken } from "../installation/settings.ts";
import { Misuse, Trouble } from "../trouble.ts";

const Sent = z.object({
	example: z.string(),
	status: z.number(),
	outcome: z.string().optional(),
});

export default defineCommand({
	name: "trigger",
	summary: "sends one of a provider's examples to the local cloud",
	description: `To the local cloud only: in a deployed installation a made-up event would be a false one, about money that
nobody paid. Without an example, they are listed. An example sent again is a duplicate.`,
	arguments: [
		{ name: "<provider>", says: "whose" },
		{
			name: "[<example>]",
			says: "its number in the list, or its event's type",
		},
	],
	options: {
		...installationOptions,
		json: { type: "boolean", says: "what became of it, as one JSON object" },
	},
	examples: [
		["trigger acme", "what there is"],
		["trigger acme 1", "sends the first"],
	],
	line: Sent,
	async run({ values, words: [name = "", wanted], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		if (!installation.folder)
			throw new Misuse(
				`trigger sends to the local cloud alone: in ${installation.called} a made-up event is a false one. npm start runs a local cloud.`,
			);
		const own = only(installation, name);
		const example = await loadPart<Example>(name, "example");
		if (!example) throw new Trouble(`${name} has no examples here.`);
		const { deliveries, headers } = example;
		if (wanted === undefined) {
			for (const [index, delivery] of deliveries.entries())
				terminal.print(
					`${String(index + 1).padStart(2)}  ${typeOf(delivery).padEnd(40)}  ${delivery.title}`,
				);
			return "done";
		}
		const delivery = choose(deliveries, wanted);
		const token = await readToken(installation, own.secrets.webhook);
		const { body } = delivery;
		const response = await fetch(urlOf(own, token, delivery), {
			method: "POST",
			headers: {
				"content-type": "application/json",
				...headers,
				...delivery.headers,
			},
			body: typeof body === "string" ? body : JSON.stringify(body),
		});
		await response.arrayBuffer();
		const { status } = response;
		const outcome = response.headers.get("billhook-outcome") ?? undefined;
		const { title } = delivery;
		terminal.print(
			values.json
				? JSON.stringify({ example: title, status, outcome })
				: `${status}  ${outcome ?? ""}  ${title}`,
		);
		return response.ok ? "done" : "trouble";
	},
});

function typeOf({ event, events }: ExampleDelivery): string {
	return event?.type ?? events?.map(({ type }) => type).join(", ") ?? "";
}

function choose(
	deliveries: readonly ExampleDelivery[],
	wanted: string,
): ExampleDelivery {
	const found =
		deliveries[Number(wanted) - 1] ??
		deliveries.find(({ event }) => event?.type === wanted);
	if (found) return found;
	const types = deliveries.map(typeOf).filter(Boolean);
	const meant = nearest(wanted, types);
	throw new Misuse(
		`There is no example "${wanted}"; ${meant ? `is ${meant} meant?` : `there are 1 to ${deliveries.length}.`}`,
	);
}

function urlOf(
	{ api, hook }: Installed,
	token: string,
	delivery: ExampleDelivery,
) {
	return (
		api +
		hook.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
			name === "token" ? token : (delivery.path?.[name] ?? name),
		)
	);
}
