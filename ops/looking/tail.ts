import { defineCommand } from "../command/command.ts";
import { eventFilter } from "../command/filter.ts";
import { readTime } from "../command/period.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { followLog } from "../installation/follow.ts";
import { choose } from "../installation/installation.ts";
import { Moment, momentsOf, summaryOf } from "../story/moment.ts";
import { printMoment } from "./moment-line.ts";

export default defineCommand({
	name: "tail",
	summary: "deliveries, polls and forwarded events, as they are logged",
	description: `In AWS a line is there some seconds after it was written.`,
	options: {
		...installationOptions,
		provider: eventFilter.provider,
		since: {
			...eventFilter.since,
			says: "begin with what was logged then: so long ago (30m, 2h, 7d), or a time; now unless said",
		},
		json: {
			type: "boolean",
			says: "one JSON object a line, for programs; schemas/ops has its shape",
		},
	},
	examples: [
		["tail", "whatever happens from now on"],
		[
			"tail --provider acme --since 10m",
			"one provider's, with its last ten minutes",
		],
	],
	line: Moment,
	async run({ values, terminal, environment, signal }) {
		const now = new Date();
		const { provider } = values;
		const since =
			values.since === undefined ? now : readTime("--since", values.since, now);
		const installation = await findInstallation(values, environment);
		choose(installation, provider);
		terminal.note(
			`The log of ${installation.called} since ${since.toISOString()}; Ctrl-C ends it.`,
		);
		const lines = followLog(installation, { provider, since }, { signal });
		for await (const line of lines)
			for (const moment of [...momentsOf(line, () => true), ...summaryOf(line)])
				printMoment(moment, terminal, values);
		return "done";
	},
});
