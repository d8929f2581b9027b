import type { Assembly } from "./assembly.ts";
import { nameResource } from "./naming.ts";
import { type Kind, kinds, meaningless } from "./resources.ts";
import type { OpenTemplate, Resource } from "./template.ts";
import { openTemplate } from "./template.ts";

/** A resource as the template declares it, every value resolved. */
export type Planned<K extends Kind> = (typeof kinds)[K]["_zod"]["output"] & {
	logicalId: string;
	/** what Ref gives: a table's, bucket's, function's name, a queue's url */
	ref: string;
};

/** Everything the local cloud has to run, by kind. */
export interface Plan {
	stack: string;
	of<K extends Kind>(kind: K): Planned<K>[];
	/** the folder of an asset by its object key */
	asset(objectKey: string): string;
	/** of the providers that do not come with the package, by name */
	folders: Readonly<Record<string, string>>;
}

export interface PlanOptions {
	region: string;
	account: string;
	/** addresses that the template's values may name */
	endpoints: { api: string; sqs: string };
	/** the part of a stack's ARN that nobody chooses */
	stackUuid?: string;
}

/** The template, its values resolved as if it had been deployed here. */
export function openAssembly(
	{ stack, template }: Assembly,
	options: PlanOptions,
): OpenTemplate {
	const { region, account, stackUuid = "local" } = options;
	const open = openTemplate(template, {
		pseudo: {
			"AWS::AccountId": account,
			"AWS::Partition": "aws",
			"AWS::Region": region,
			"AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/${stack}/${stackUuid}`,
			"AWS::StackName": stack,
			"AWS::URLSuffix": "amazonaws.com",
		},
		named: (logicalId, resource) =>
			nameResource({
				...options,
				stack,
				logicalId,
				resource,
				text: (value) => open.text(value),
			}),
	});
	return open;
}

/** Reads a template; what it does not understand is an error that names the resource. */
export function readPlan(assembly: Assembly, options: PlanOptions): Plan {
	const { stack } = assembly;
	const open = openAssembly(assembly, options);
	const planned = new Map<string, Planned<Kind>[]>();
	const complaints: string[] = [];
	for (const [logicalId, resource] of open.resources) {
		if (!assembly.owns(logicalId) || isMeaningless(resource.Type)) continue;
		try {
			const found = read(resource, open);
			const ref = open.text({ Ref: logicalId });
			const same = planned.get(resource.Type) ?? [];
			planned.set(resource.Type, [...same, { ...found, logicalId, ref }]);
		} catch (error) {
			complaints.push(`${resource.Type} ${logicalId}: ${explain(error)}`);
		}
	}
	if (complaints.length > 0)
		throw new Error(
			`The local cloud does not understand all of the template:\n  ${complaints.join("\n  ")}`,
		);
	return {
		stack,
		of: <K extends Kind>(kind: K) =>
			(planned.get(kind) ?? []) as unknown as Planned<K>[],
		asset: assembly.asset,
		folders: assembly.folders,
	};
}

function read(resource: Resource, template: OpenTemplate): Planned<Kind> {
	if (!isKind(resource.Type))
		throw new Error("resources of this type have no local counterpart");
	return kinds[resource.Type].parse(
		template.evaluate(resource.Properties ?? {}),
	) as Planned<Kind>;
}

function isMeaningless(type: string): boolean {
	// a VPC has dozens of types, and all of them are about a network that is not here
	return type in meaningless || /^(Custom|AWS::EC2)::/.test(type);
}

function isKind(type: string): type is Kind {
	return Object.hasOwn(kinds, type);
}

function explain(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { issues } = error as {
		issues?: { path: PropertyKey[]; message: string }[];
	};
	if (!issues) return error.message;
	return issues
		.map(({ path, message }) =>
			path.length > 0 ? `${path.join(".")}: ${message}` : message,
		)
		.join("; ");
}
