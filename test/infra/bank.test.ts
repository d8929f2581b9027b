import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack, Validations } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { Topic } from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks, PCIDSS321Checks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { providers } from "../../functions/providers.ts";
import { Billhook, type BillhookProps } from "../../infra/billhook.ts";
import { mostProviders } from "../../infra/chosen.ts";
import { ConfigurationError } from "../../infra/configuration-error.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { readPlan } from "../../local/template/plan.ts";
import { temporaryFolder } from "../support/local-app.ts";
import {
	nameOf,
	ofType,
	permissionsOf,
	propertiesOf,
	templateOf,
} from "../support/template.ts";

const env = { account: "111122223333", region: "eu-central-1" };
const watched = providers.find(({ poll }) => poll?.watches)?.name ?? "";

/** What a bank asks for: one of its keys, polls in its network. */
function installed(app: App, own: (stack: Stack) => BillhookProps) {
	const stack = new Stack(app, "Bank", { env });
	const billhook = new Billhook(stack, "Billhook", {
		providers: { [watched]: {} },
		...own(stack),
	});
	return { stack, billhook };
}

const keyOf = (stack: Stack) =>
	new Key(stack, "Key", { enableKeyRotation: true });
const vpcOf = (stack: Stack) =>
	Vpc.fromVpcAttributes(stack, "Vpc", {
		vpcId: "vpc-0a1b2c3d",
		availabilityZones: ["eu-central-1a", "eu-central-1b"],
		privateSubnetIds: ["subnet-0a1b2c31", "subnet-0a1b2c32"],
	});

/** Every option that is a construct. */
const all = (stack: Stack): BillhookProps => ({
	encryptionKey: keyOf(stack),
	vpc: vpcOf(stack),
	domain: {
		name: "hooks.example.com",
		certificate: Certificate.fromCertificateArn(
			stack,
			"Certificate",
			"arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
		),
		hostedZone: HostedZone.fromHostedZoneAttributes(stack, "Zone", {
			hostedZoneId: "Z1",
			zoneName: "example.com",
		}),
	},
});

using folder = temporaryFolder();
const app = new App({ outdir: folder.path });
const { stack, billhook } = installed(app, (stack) => ({
	...all(stack),
	providers: {
		[watched]: {
			throttle: { rateLimit: 50, burstLimit: 25 },
			reservedConcurrency: { webhook: 10, poll: 1, forward: 2 },
		},
	},
	logSenders: true,
	alarmEmail: "on-call@example.com",
}));
const consumer = new Role(stack, "Consumer", {
	assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
});
billhook.grantConsume(watched, consumer);
const template = templateOf(stack);
const plan = readPlan(readAssembly(folder.path), {
	region: env.region,
	account: env.account,
	endpoints: { api: "", sqs: "" },
});
const key = { "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] };

test("an installation with a key and a VPC passes AwsSolutions and the PCI pack, and an unexplained finding beside it does not", () => {
	const app = new App();
	Validations.of(app).addPlugins(
		new AwsSolutionsChecks(app),
		new PCIDSS321Checks(app),
	);
	const { stack } = installed(app, all);
	new Topic(stack, "Unexplained");
	let report = "";
	try {
		app.synth();
	} catch (error) {
		report = (error as Error).message;
	}
	expect(report).toContain("Bank/Unexplained");
	expect(report).toContain("PCI.DSS.321-SNSEncryptedKMS");
	expect(report).not.toContain("Bank/Billhook");
});

test("with all there is to choose, a stack holds as many providers as without", () => {
	const resources = Object.keys(template.Resources).length;
	expect(resources + (mostProviders - 1) * 34).toBeLessThanOrEqual(500);
});

test.runIf(spawnSync("cfn-lint", ["--version"]).status === 0)(
	"cfn-lint finds in it what it finds in one without, and no more",
	() => {
		using here = temporaryFolder();
		const file = join(here.path, "bank.json");
		writeFileSync(file, JSON.stringify(template));
		const { stdout, stderr } = spawnSync(
			"cfn-lint",
			["--format", "json", "--regions", env.region, "--", file],
			{ encoding: "utf8" },
		);
		expect(stderr).toBe("");
		const found: { Rule: { Id: string }; Message: string }[] =
			JSON.parse(stdout);
		const known = /^W3005|^E3002 .*'EvaluationWindow' was un/;
		expect(
			found
				.map(({ Rule, Message }) => `${Rule.Id} ${Message}`)
				.filter((said) => !known.test(said)),
		).toEqual([]);
	},
);

test("the local cloud takes an installation with a key and a VPC as one without", () => {
	expect(plan.of("AWS::Lambda::Function")).toHaveLength(4);
});

describe("a key", () => {
	test("encrypts all that is kept", () => {
		for (const [, { Properties }] of ofType(
			template,
			"AWS::DynamoDB::GlobalTable",
		)) {
			expect(Properties.SSESpecification).toEqual({
				SSEEnabled: true,
				SSEType: "KMS",
			});
			expect(Properties.Replicas[0].SSESpecification).toEqual({
				KMSMasterKeyId: key,
			});
		}
		const keyOfEach = (type: string, property: string) =>
			ofType(template, type).map(([, { Properties }]) => Properties[property]);
		for (const [type, property, count] of [
			["AWS::SQS::Queue", "KmsMasterKeyId", 2],
			["AWS::SecretsManager::Secret", "KmsKeyId", 2],
			["AWS::Logs::LogGroup", "KmsKeyId", 3],
			["AWS::SNS::Topic", "KmsMasterKeyId", 1],
		] as const)
			expect(keyOfEach(type, property)).toEqual(Array(count).fill(key));
		const { BucketEncryption } = propertiesOf(template, "Bucket");
		expect(BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
			{
				BucketKeyEnabled: true,
				ServerSideEncryptionByDefault: {
					SSEAlgorithm: "aws:kms",
					KMSMasterKeyID: key,
				},
			},
		]);
	});

	test("is used by each function through the services it works with, and never by itself", () => {
		const used = Object.fromEntries(
			ofType(template, "AWS::IAM::Role").flatMap(([id, { Properties }]) =>
				(Properties.Policies ?? [])
					.flatMap(
						({ PolicyDocument }: { PolicyDocument: Document }) =>
							PolicyDocument.Statement,
					)
					.filter((statement: Statement) =>
						JSON.stringify(statement).includes("kms:"),
					)
					.map(({ Condition, Action, Resource }: Statement) => {
						expect(Resource).toEqual(key);
						expect([Action].flat()).not.toContain("kms:*");
						const via = Condition?.StringEquals?.["kms:ViaService"];
						return [
							nameOf(id).replace(watched, ""),
							[via ?? []].flat().map((name) => name.split(".")[0]),
						];
					}),
			),
		);
		expect(used).toEqual({
			WebhookRole: ["dynamodb", "s3", "secretsmanager"],
			PollRole: ["dynamodb", "s3", "secretsmanager"],
			ForwardRole: ["dynamodb", "s3", "sqs"],
			WatchRole: ["dynamodb"],
		});
	});

	test("lets logs be written and alarms be sent under it, of this account", () => {
		const { KeyPolicy } = Object.values(template.Resources).find(
			({ Type }) => Type === "AWS::KMS::Key",
		)?.Properties ?? { KeyPolicy: { Statement: [] } };
		const bySid = (sid: string) =>
			KeyPolicy.Statement.find(({ Sid }: Statement) => Sid === sid);
		expect(bySid("BillhookLogs")).toMatchObject({
			Principal: { Service: "logs.eu-central-1.amazonaws.com" },
			Condition: {
				ArnLike: {
					"kms:EncryptionContext:aws:logs:arn":
						"arn:*:logs:eu-central-1:111122223333:log-group:*",
				},
			},
		});
		expect(bySid("BillhookAlarms")).toMatchObject({
			Principal: { Service: "cloudwatch.amazonaws.com" },
			Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
		});
	});

	test("is granted to a consumer, to decrypt", () => {
		const [[, policy] = []] = ofType(template, "AWS::IAM::Policy");
		const role = { Type: "", Properties: { Policies: [policy?.Properties] } };
		expect(permissionsOf(role)).toMatchObject({
			Key: ["kms:Decrypt"],
		});
	});

	const imported = (policyIsMine?: boolean) => () =>
		installed(new App(), (stack) => ({
			encryptionKey: Key.fromKeyArn(
				stack,
				"Key",
				"arn:aws:kms:eu-central-1:111122223333:key/1",
			),
			keyPolicyIsMine: policyIsMine,
		}));

	test("that is imported is an error that says what its policy needs, until somebody answers for it", () => {
		expect(imported()).toThrow(ConfigurationError);
		expect(imported()).toThrow(
			/say keyPolicyIsMine: true.*billhook:key-policy/s,
		);
		const text = reason(imported());
		const statements = JSON.parse(
			`[${text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)}]`,
		);
		expect(statements).toMatchObject([
			{
				Sid: "BillhookLogs",
				Principal: { Service: "logs.eu-central-1.amazonaws.com" },
			},
			{ Sid: "BillhookAlarms" },
		]);
		expect(imported(true)).not.toThrow();
	});

	test("asks for a stack that knows its region", () => {
		const nowhere = () => {
			const stack = new Stack(new App(), "Nowhere");
			new Billhook(stack, "Billhook", { encryptionKey: keyOf(stack) });
		};
		expect(nowhere).toThrow("[billhook:key-needs-region]");
	});
});

describe("a VPC", () => {
	test("holds the polls alone, which call out by HTTPS and are called by nobody", () => {
		const inVpc = ofType(template, "AWS::Lambda::Function").filter(
			([, { Properties }]) => Properties.VpcConfig,
		);
		expect(inVpc.map(([id]) => nameOf(id))).toEqual([`${watched}Poll`]);
		expect(inVpc[0]?.[1].Properties.VpcConfig).toEqual({
			SubnetIds: ["subnet-0a1b2c31", "subnet-0a1b2c32"],
			SecurityGroupIds: [
				{
					"Fn::GetAtt": [
						expect.stringContaining("PollSecurityGroup"),
						"GroupId",
					],
				},
			],
		});
		const group = propertiesOf(template, "PollSecurityGroup");
		expect(group.SecurityGroupEgress).toMatchObject([
			{ CidrIp: "0.0.0.0/0", FromPort: 443, ToPort: 443, IpProtocol: "tcp" },
		]);
		expect(group.SecurityGroupIngress).toBeUndefined();
	});

	test("is entered by Lambda itself, never by the function's code", () => {
		const { Policies } = propertiesOf(template, `${watched}PollRole`);
		const statements: Statement[] = Policies[0].PolicyDocument.Statement;
		const onInterfaces = statements.filter((statement) =>
			JSON.stringify(statement).includes("ec2:"),
		);
		expect(onInterfaces).toMatchObject([
			{ Condition: { Null: { "lambda:SourceFunctionArn": "true" } } },
		]);
	});

	test("may have security groups and subnets that are there already, and neither without it", () => {
		const { stack } = installed(new App(), (stack) => ({
			vpc: vpcOf(stack),
			securityGroups: [
				SecurityGroup.fromSecurityGroupId(stack, "Theirs", "sg-0a1b2c3d"),
			],
			vpcSubnets: { availabilityZones: ["eu-central-1b"] },
		}));
		const template = templateOf(stack);
		expect(propertiesOf(template, `${watched}Poll`).VpcConfig).toEqual({
			SubnetIds: ["subnet-0a1b2c32"],
			SecurityGroupIds: ["sg-0a1b2c3d"],
		});
		expect(ofType(template, "AWS::EC2::SecurityGroup")).toEqual([]);
		expect(() =>
			installed(new App(), () => ({ vpcSubnets: { onePerAz: true } })),
		).toThrow("vpcSubnets is given, but no vpc for it. [billhook:no-vpc]");
	});
});

interface Statement {
	Sid?: string;
	Action: string | string[];
	Resource: unknown;
	Condition?: Record<string, Record<string, string | string[]>>;
}

interface Document {
	Statement: Statement[];
}

function reason(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("nothing was refused");
}
