import { parseArgs } from "node:util";
import { isPart, measure, type Part, partNames } from "./measure.ts";
import { toJson } from "./report/json.ts";
import { toTables } from "./report/tables.ts";

const help = `npm run bench [-- options]

Measures what is deployed, as it is synthesized, against what a good team would
build in a day (bench/peer: middy, Powertools, SQS), in shuffled rounds of one run.
Everything stays on the loopback, and nothing is left behind.

  --only <part>  one of ${partNames.join(", ")}; may be said several times
  --full         also how it grows: a subject with 1,000 states, a table with
                 100,000 items, 10,000 watches, a local folder that was used
  --json         one object on stdout, and nothing else
  --help         print this

  BILLHOOK_DYNAMODB=…  dynoxide, java or docker: the store behind both sides;
                       unset, Amazon's own where Java is

It takes about two minutes on a quiet machine; with --full, about ten.
Read shares, not milliseconds: both sides ran on the same machine, which is not Lambda.`;

const longestMinutes = 30;

const options = readOptions();
if (options.help) console.log(help);
else await main();

async function main(): Promise<void> {
	const stop = new AbortController();
	for (const name of ["SIGINT", "SIGTERM"] as const)
		process.once(name, () => stop.abort(new Error("Stopped.")));
	const late = setTimeout(
		() => stop.abort(new Error(`Not done after ${longestMinutes} minutes.`)),
		longestMinutes * 60_000,
	);
	const begun = performance.now();
	const say = (line: string) =>
		console.error(
			`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}`,
		);
	try {
		const measured = await measure({
			parts: options.parts,
			full: options.full,
			signal: stop.signal,
			say,
		});
		say("done");
		console.log(
			options.json
				? JSON.stringify(toJson(measured), null, "\t")
				: toTables(measured),
		);
		if (measured.trouble.length > 0) process.exitCode = 1;
	} catch (error) {
		console.error((error as Error).message);
		// what was under way would go on
		process.exit(1);
	} finally {
		clearTimeout(late);
	}
}

function readOptions() {
	try {
		const { values } = parseArgs({
			options: {
				only: { type: "string", multiple: true, default: [] },
				full: { type: "boolean", default: false },
				json: { type: "boolean", default: false },
				help: { type: "boolean", short: "h", default: false },
			},
		});
		const unknown = values.only.find((name) => !isPart(name));
		if (unknown !== undefined)
			throw new Error(
				`There is no part "${unknown}"; there are ${partNames.join(", ")}.`,
			);
		const parts: Part[] = values.only.filter(isPart);
		return { ...values, parts };
	} catch (error) {
		console.error(`${(error as Error).message}\n\n${help}`);
		process.exit(1);
	}
}
