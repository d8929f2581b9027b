import type { App, Stack } from "aws-cdk-lib";

// half of a synthesis, and `npm run synth` does it
process.env.CDK_VALIDATION ??= "false";

export interface Resource {
	Type: string;
	// biome-ignore lint/suspicious/noExplicitAny: a template is JSON whose shape each law asserts
	Properties: any;
	DependsOn?: string[];
	DeletionPolicy?: string;
	UpdateReplacePolicy?: string;
}

export interface Template {
	Resources: Record<string, Resource>;
	Outputs: Record<string, { Value: unknown }>;
}

/** What CloudFormation will be given for a stack. */
export function templateOf(stack: Stack): Template {
	const assembly = (stack.node.root as App).synth();
	return assembly.getStackArtifact(stack.artifactId).template;
}

/** The resources of a type, by logical id. */
export function ofType(template: Template, type: string): [string, Resource][] {
	return Object.entries(template.Resources).filter(
		([, { Type }]) => Type === type,
	);
}

/** A value of the template as text, its references by the names they have in our own tree. */
export function say(value: unknown): string {
	if (typeof value === "string") return value;
	const {
		Ref,
		"Fn::GetAtt": attribute,
		"Fn::Join": join,
		"Fn::Select": select,
	} = value as {
		Ref?: string;
		"Fn::GetAtt"?: [string, string];
		"Fn::Join"?: [string, unknown[]];
		"Fn::Select"?: [number, { "Fn::Split": [string, unknown] }];
	};
	if (Ref) return nameOf(Ref);
	if (attribute)
		return nameOf(attribute[0]) + attribute[1].replace(/^Arn$/, "");
	if (join) return join[1].map(say).join(join[0]);
	if (select) return `part ${select[0]} of ${say(select[1]["Fn::Split"][1])}`;
	throw new Error(`Unexpected in a template: ${JSON.stringify(value)}`);
}

/** A logical id without the installation's prefix and the hash at its end. */
export function nameOf(logicalId: string): string {
	return logicalId.replace(/^Billhook/, "").replace(/[0-9A-F]{8}$/, "");
}

/** What a role may do: actions by what they may be done to. */
export function permissionsOf(role: Resource): Record<string, string[]> {
	const may: Record<string, string[]> = {};
	for (const { PolicyDocument } of role.Properties.Policies ?? [])
		for (const statement of PolicyDocument.Statement) {
			if (statement.Effect !== "Allow") throw new Error("A role only allows.");
			for (const resource of [statement.Resource].flat())
				may[say(resource)] = [
					...(may[say(resource)] ?? []),
					...[statement.Action].flat(),
				].sort();
		}
	return may;
}

/** The properties of the one resource with this name in our tree; its policy is called after it. */
// biome-ignore lint/suspicious/noExplicitAny: a template is JSON whose shape each law asserts
export function propertiesOf(template: Template, name: string): any {
	const found = Object.entries(template.Resources).filter(
		([id]) => nameOf(id) === name,
	);
	const [only, ...others] = found;
	if (!only || others.length > 0)
		throw new Error(`${found.length} resources are called ${name}.`);
	return only[1].Properties;
}
