import type { Node } from "constructs";
import { ConfigurationError } from "./configuration-error.ts";
import { nearestOf, say } from "./rules.ts";

const known = ["stage"];

/** What `-c` says to us; a word of it that nobody knows would otherwise be ignored. */
export function readContext(node: Node): { stage?: string } {
	const context: Readonly<Record<string, unknown>> = node.getAllContext();
	const unknown = Object.keys(context).filter(
		(name) => isOurs(name) && !known.includes(name),
	);
	if (unknown.length > 0)
		throw new ConfigurationError(
			...unknown.map((name) => ({
				id: "billhook:unknown-context" as const,
				says: `-c ${name}=… means nothing here, nor as "context" of cdk.json or ~/.cdk.json; ${nearestOf(name, known)}`,
			})),
		);
	const { stage } = context;
	if (stage === undefined || typeof stage === "string") return { stage };
	throw new ConfigurationError({
		id: "billhook:unknown-stage",
		says: `-c stage is ${say(stage)}; it takes a name, as -c stage=dev.`,
	});
}

// the CDK's own have a colon, a slash or a hyphen
function isOurs(name: string): boolean {
	return /^\w+$/.test(name);
}
