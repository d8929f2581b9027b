import type { Node } from "constructs";
import { ConfigurationError } from "./configuration-error.ts";
import type { BillhookProps } from "./props.ts";
import { nearestOf, say } from "./rules.ts";

const known = ["stage", "providers"];

export interface BillhookContext {
	stage?: string;
	/** in place of those that the stage's configuration names */
	providers?: string;
}

/** What `-c` says to us; a word of it that nobody knows would otherwise be ignored. */
export function readContext(node: Node): BillhookContext {
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
	return {
		stage: named("stage", "a name, as -c stage=dev"),
		providers: named("providers", "names, as -c providers=one,another"),
	};

	function named(
		name: keyof BillhookContext,
		taken: string,
	): string | undefined {
		const value = context[name];
		if (value === undefined || typeof value === "string") return value;
		throw new ConfigurationError({
			id: "billhook:unknown-context",
			says: `-c ${name} is ${say(value)}; it takes ${taken}.`,
		});
	}
}

/** A configuration for the providers that a comma-separated list names, each with the options it has there already. */
export function withProviders<Props extends Pick<BillhookProps, "providers">>(
	props: Props,
	names: string | undefined,
): Props {
	if (names === undefined) return props;
	const wanted = names
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
	const providers = Object.fromEntries(
		wanted.map((name) => [name, props.providers?.[name] ?? {}]),
	);
	return { ...props, providers };
}

// the CDK's own have a colon, a slash or a hyphen
function isOurs(name: string): boolean {
	return /^\w+$/.test(name);
}
