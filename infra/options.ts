import { Duration, RemovalPolicy, Token } from "aws-cdk-lib";
import type { MTLSConfig } from "aws-cdk-lib/aws-apigatewayv2";
import type { SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import {
	type ChosenProvider,
	chooseProviders,
	wrongNames,
	wrongNumber,
} from "./chosen.ts";
import { ConfigurationError, type Mistake } from "./configuration-error.ts";
import type {
	BillhookProps,
	Domain,
	MemorySize,
	ProviderOptions,
	ReservedConcurrency,
	Throttle,
} from "./props.ts";
import {
	construct,
	duration,
	each,
	flag,
	folder,
	group,
	list,
	oneOf,
	type Rules,
	text,
	textOrToken,
	wholeNumber,
} from "./rules.ts";

const watchHours = 72;

/** Invoices are paid after 30, 60, 90 days, and a list then shows all of a document. */
export const usualRetentionDays = 400;

// the CDK looks at them itself
const anything = () => [];
const megabytes = wholeNumber(128, 10_240);
const requests = wholeNumber(1, 100_000);
const throttle = group<Throttle>(
	{ rateLimit: requests, burstLimit: requests },
	["rateLimit", "burstLimit"],
);
// none at all would turn the function off
const executions = wholeNumber(1, 100_000);

/** What each option of a provider takes. */
export const providerRules: Rules<ProviderOptions> = {
	from: folder,
	pollEvery: duration("minutes", 1, 1440),
	pollWindow: duration("minutes", 0, 1440),
	throttle,
	reservedConcurrency: group<ReservedConcurrency>({
		webhook: executions,
		poll: executions,
		forward: executions,
	}),
	// an alarm looks back a week at most
	expectEvery: duration("hours", 1, 168),
};

/** What each option takes: all there are. */
export const rules: Rules<BillhookProps> = {
	stage: text(
		/^[a-z][a-z0-9-]{0,29}$/,
		"a lower-case letter, then up to 29 letters, digits and hyphens",
	),
	providers: each(group(providerRules), wrongNames),
	retention: duration("days", 1),
	removalPolicy: oneOf(
		[
			RemovalPolicy.RETAIN,
			RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
			RemovalPolicy.DESTROY,
		],
		"RemovalPolicy.RETAIN or DESTROY",
	),
	domain: group<Domain>(
		{
			name: textOrToken(
				/^(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]+$/,
				'a name in lower case, such as "hooks.example.com"',
			),
			certificate: construct("a certificate"),
			hostedZone: construct("a hosted zone"),
			mutualTls: group<MTLSConfig>(
				{
					bucket: construct("the bucket that holds the list"),
					key: textOrToken(/./, "the list's key in the bucket"),
					version: textOrToken(/./, "a version of that object"),
				},
				["bucket", "key"],
			),
			disableDefaultEndpoint: flag,
		},
		["name", "certificate"],
	),
	encryptionKey: construct("a key"),
	keyPolicyIsMine: flag,
	vpc: construct("a VPC"),
	vpcSubnets: group<SubnetSelection>({
		availabilityZones: anything,
		onePerAz: anything,
		subnetFilters: anything,
		subnetGroupName: anything,
		subnets: anything,
		subnetType: anything,
	}),
	securityGroups: list(construct("a security group")),
	throttle,
	alarmTopic: construct("a topic"),
	alarmEmail: textOrToken(
		/^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/,
		'an address, such as "on-call@example.com"',
	),
	logRetention: oneOf(
		Object.values(RetentionDays),
		"one of RetentionDays, such as RetentionDays.ONE_MONTH",
	),
	logSenders: flag,
	memorySize: group<MemorySize>({
		webhook: megabytes,
		forward: megabytes,
		poll: megabytes,
		watch: megabytes,
	}),
};

export interface CheckedOptions {
	stage: string;
	retain: boolean;
	retentionDays: number;
	logRetention: RetentionDays;
	logSenders: boolean;
	memorySize: Required<MemorySize>;
	domain?: Domain;
	encryptionKey?: IKey;
	throttle: Throttle;
	chosen: readonly ChosenProvider[];
}

/** The options with their defaults; throws with all that is wrong, each with a way out. */
export function checkOptions(props: BillhookProps): CheckedOptions {
	refuse(group(rules)(props, ""));
	const options = withDefaults(props);
	refuse([
		...wrongNumber(options.chosen.length),
		...wrongRetention(options),
		...wrongZone(options),
		...withoutVpc(props),
	]);
	return options;
}

function refuse(mistakes: readonly Mistake[]): void {
	if (mistakes.length > 0) throw new ConfigurationError(...mistakes);
}

function withDefaults(props: BillhookProps): CheckedOptions {
	const retention = props.retention ?? Duration.days(usualRetentionDays);
	const { webhook, forward, poll, watch } = props.memorySize ?? {};
	return {
		stage: props.stage ?? "prod",
		retain: props.removalPolicy !== RemovalPolicy.DESTROY,
		retentionDays: retention.toDays(),
		logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
		logSenders: props.logSenders ?? false,
		memorySize: {
			webhook: webhook ?? 768,
			forward: forward ?? 512,
			poll: poll ?? 512,
			watch: watch ?? 512,
		},
		domain: props.domain,
		encryptionKey: props.encryptionKey,
		// what an account begins with where that is least, so far above need: a 429 is a webhook lost
		throttle: props.throttle ?? { rateLimit: 2500, burstLimit: 1250 },
		chosen: chooseProviders(props.providers),
	};
}

function wrongRetention({ retentionDays, chosen }: CheckedOptions): Mistake[] {
	const days = watchHours / 24;
	const watched = chosen.find(({ provider }) => provider.poll?.watches);
	if (!watched || days < retentionDays) return [];
	return [
		{
			id: "billhook:retention-below-watch",
			says: `retention is ${retentionDays} days, but a watch of ${watched.provider.name} lasts up to ${days} days and must end before its event is forgotten.`,
		},
	];
}

function wrongZone({ domain }: CheckedOptions): Mistake[] {
	const zone = domain?.hostedZone?.zoneName;
	if (!domain || !zone || Token.isUnresolved(zone + domain.name)) return [];
	if (domain.name === zone || domain.name.endsWith(`.${zone}`)) return [];
	return [
		{
			id: "billhook:domain-outside-zone",
			says: `domain.name is "${domain.name}", which does not lie in the hosted zone "${zone}".`,
		},
	];
}

function withoutVpc({ vpc, ...props }: BillhookProps): Mistake[] {
	const names = (["vpcSubnets", "securityGroups"] as const).filter(
		(name) => !vpc && props[name],
	);
	return names.map((name) => ({
		id: "billhook:no-vpc",
		says: `${name} is given, but no vpc for it.`,
	}));
}
