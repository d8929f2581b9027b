import { App, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import { Installed } from "../../functions/installed.ts";
import { usualProviders } from "../../functions/providers.ts";
import { Billhook, type BillhookProps } from "../../infra/billhook.ts";
import { outputPrefix } from "../../infra/stack/outputs.ts";
import { ofType, say, type Template, templateOf } from "../support/template.ts";

const names = usualProviders.map(({ name }) => name);

function somebodys(...installations: readonly BillhookProps[]): Template {
	const stack = new Stack(new App(), "Theirs");
	for (const [index, props] of installations.entries())
		new Billhook(stack, `Billhook${index}`, props);
	return templateOf(stack);
}

function parametersOf(template: Template) {
	return ofType(template, "AWS::SSM::Parameter").map(
		([, { Properties }]) => Properties,
	);
}

const namesOf = (template: Template): string[] =>
	parametersOf(template).map(({ Name }) => Name);

describe("a parameter", () => {
	const parameters = parametersOf(somebodys({ stage: "prod" }));

	test("of each provider tells other tools where its resources are", () => {
		expect(parameters.map(({ Name }) => Name)).toEqual(
			names.map((name) => `/billhook/prod/${name}`),
		);
		for (const [index, { name, path, poll }] of usualProviders.entries()) {
			const { Value } = parameters[index];
			const own = (what: string) => expect.stringContaining(`${name}${what}`);
			expect(Installed.parse(JSON.parse(say(Value)))).toEqual({
				api: expect.stringMatching(/ApiHttpApiEndpoint$/),
				hook: `/hooks/${name}/${["token", ...path].map((part) => `{${part}}`).join("/")}`,
				paths: path.length > 0 ? expect.any(Array) : undefined,
				tables: { inbox: own("Inbox"), watches: poll && own("Watches") },
				queues: { events: own("Queue"), dead: own("DeadLetterQueue") },
				bucket: expect.stringContaining("Bucket"),
				log: own("Log"),
				secrets: {
					webhook: own("WebhookSecret"),
					api: poll && own("ApiSecret"),
				},
				functions: {
					webhook: own("Webhook"),
					forward: own("Forward"),
					poll: poll && own("Poll"),
				},
				subjectKey: "part 2 of AWS::StackId",
			});
		}
	});

	test("is a standard one, however long the names that AWS generates", () => {
		for (const { Value, Tier } of parameters) {
			const [, parts] = Value["Fn::Join"] as [string, unknown[]];
			const longest = parts.map((part) =>
				typeof part === "string" ? part : "x".repeat(150),
			);
			expect(longest.join("").length).toBeLessThan(4096);
			expect(Tier).toBe("Intelligent-Tiering");
		}
	});
});

describe("several installations", () => {
	test("of two stages stand in one stack", () => {
		const both = somebodys({ stage: "eu" }, { stage: "us" });
		expect(namesOf(both).sort()).toEqual(
			["eu", "us"].flatMap((stage) =>
				names.map((name) => `/billhook/${stage}/${name}`),
			),
		);
	});

	test("of one stage want the same parameters, in one stack or in two, so that the second cannot be deployed", () => {
		const [name = ""] = names;
		const same: BillhookProps = { stage: "eu", providers: { [name]: {} } };
		const wanted = `/billhook/eu/${name}`;
		expect(namesOf(somebodys(same, same))).toEqual([wanted, wanted]);
		const app = new App();
		for (const id of ["One", "Two"])
			new Billhook(new Stack(app, id), "Billhook", same);
		const { stacks } = app.synth();
		expect(stacks.map(({ template }) => namesOf(template))).toEqual([
			[wanted],
			[wanted],
		]);
	});

	test("write no outputs into somebody's stack, and leave its own buckets' emptier as it is", () => {
		const bare = new Stack(new App(), "Theirs");
		const full = new Stack(new App(), "Theirs");
		for (const stack of [bare, full])
			new Bucket(stack, "Bucket", {
				removalPolicy: RemovalPolicy.DESTROY,
				autoDeleteObjects: true,
			});
		new Billhook(full, "Billhook", { removalPolicy: RemovalPolicy.DESTROY });
		const [theirs, ours] = [templateOf(bare), templateOf(full)];
		expect(ours.Outputs ?? {}).toEqual({});
		for (const [id, resource] of Object.entries(theirs.Resources))
			expect(ours.Resources[id]).toEqual(resource);
	});
});

test("no two providers' outputs share a name", () => {
	const similar = ["acme", "acme1", "acme-1", "acme-x1", "acmex1", "acme-one"];
	const prefixes = similar.map(outputPrefix);
	expect(new Set(prefixes).size).toBe(similar.length);
	for (const prefix of prefixes) expect(prefix).toMatch(/^[A-Z][A-Za-z0-9]*$/);
});
