import { defineCommand } from "../command/command.ts";
import { eventFilter } from "../command/filter.ts";
import { readTime } from "../command/period.ts";
import { printable } from "../command/terminal.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { whatIsMeant } from "../story/meant.ts";
import { Moment } from "../story/moment.ts";
import { storyOf, storyOfEntry } from "../story/story.ts";
import { printMoment } from "./moment-line.ts";

export default defineCommand({
	name: "why",
	summary: "the whole story of one document, payment, …, and where it is now",
	description: `Each delivery, duplicate, refusal and entry in quarantine, each record, poll and forwarding, with
times; of an event, whether it waits in the queue, was taken, or lies in the dead letters. Of what never
came: who was turned away meanwhile, whether it is watched, and when the poll asks next.
Nothing is received from the queue. Deliveries are read from the log, and what lies in quarantine is looked
through for the subject, from an hour before the first event on, or for a day where there is none.`,
	arguments: [
		{
			name: "<subject | id>",
			says: "the provider's own id of it, or the id of an event or of what lies in quarantine",
		},
	],
	options: {
		...installationOptions,
		provider: eventFilter.provider,
		since: {
			...eventFilter.since,
			says: "read the log and the quarantine from then on",
		},
		json: {
			type: "boolean",
			says: "one JSON object a line, for programs; schemas/ops has its shape",
		},
	},
	examples: [
		["why payment-1", "what became of a payment"],
		[
			"why payment-1 --provider acme --since 7d",
			"whether anything of this week may have been it",
		],
	],
	line: Moment,
	async run({ values, words: [word = ""], terminal, environment }) {
		const now = new Date();
		const since =
			values.since === undefined
				? undefined
				: readTime("--since", values.since, now);
		const installation = await findInstallation(values, environment);
		const asked = {
			provider: values.provider,
			since,
			until: now,
			onProgress: terminal.progress,
		};
		const meant = await whatIsMeant(installation, word, asked);
		const { moments, notes, isKnown } =
			"entry" in meant
				? await storyOfEntry(installation, meant.entry, asked)
				: await storyOf(installation, { ...asked, ...meant });
		if (!isKnown)
			terminal.note(
				`Nothing is known of ${printable(word)} in ${installation.called}.`,
			);
		for (const moment of moments) printMoment(moment, terminal, values);
		for (const note of notes) terminal.note(note);
		return isKnown ? "done" : "nothing";
	},
});
