import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { MTLSConfig } from "aws-cdk-lib/aws-apigatewayv2";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type {
	ISecurityGroup,
	IVpc,
	SubnetSelection,
} from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IHostedZone } from "aws-cdk-lib/aws-route53";
import type { ITopic } from "aws-cdk-lib/aws-sns";

/** How many requests are let through; the others are answered 429. */
export interface Throttle {
	/** a second, on average */
	readonly rateLimit: number;
	/** at once */
	readonly burstLimit: number;
}

/** Concurrent executions that are kept for each kind of a provider's functions, and more than which it never has. */
export interface ReservedConcurrency {
	/** @default none is reserved */
	readonly webhook?: number;
	/** @default none is reserved */
	readonly poll?: number;
	/** @default none is reserved */
	readonly forward?: number;
}

/** What may be said of one provider. */
export interface ProviderOptions {
	/**
	 * The folder of a provider of your own: relative to the working directory, absolute, or a file: URL. It is bundled with your app's esbuild.
	 * @default the provider of this name that comes with the package
	 */
	readonly from?: string | URL;
	/**
	 * How often its API is asked for what its webhooks failed to bring, in whole minutes.
	 * @default the provider's own rate
	 */
	readonly pollEvery?: Duration;
	/**
	 * Spreads the start of each poll over so long, in whole minutes.
	 * @default Duration.minutes(0): polls start on time
	 */
	readonly pollWindow?: Duration;
	/**
	 * How many requests its route lets through, so that a flood of one provider leaves room for the others.
	 * @default what the whole API lets through
	 */
	readonly throttle?: Throttle;
	/**
	 * Executions of its functions that no other function of the account can take away.
	 * @default none are reserved
	 */
	readonly reservedConcurrency?: ReservedConcurrency;
	/**
	 * Rings an alarm where no delivery has come for so long, in whole hours, up to 168.
	 * @default silence rings nothing
	 */
	readonly expectEvery?: Duration;
}

/** A name of your own for the API, which a sender's configuration may keep for ever. */
export interface Domain {
	/** as "hooks.example.com" */
	readonly name: string;
	/** for the name, in the installation's region */
	readonly certificate: ICertificate;
	/**
	 * Where the name is pointed at the API.
	 * @default nowhere: point it at the output `BillhookDomainTarget` yourself
	 */
	readonly hostedZone?: IHostedZone;
	/**
	 * Lets in only whom a certificate of this list has signed.
	 * @default everybody is let in, and the token is the gate
	 */
	readonly mutualTls?: MTLSConfig;
	/**
	 * Turns off the address that AWS gives every API, so that the name is the only way in.
	 * @default true with `mutualTls`, which that address would lead around; else false
	 */
	readonly disableDefaultEndpoint?: boolean;
}

/** Megabytes for each kind of function, whose share of a processor grows with them. */
export interface MemorySize {
	/** @default 768 */
	readonly webhook?: number;
	/** @default 512 */
	readonly forward?: number;
	/** @default 512 */
	readonly poll?: number;
	/** @default 512 */
	readonly watch?: number;
}

export interface BillhookProps {
	/**
	 * Tells installations in one account apart, in parameters and metrics.
	 * @default "prod"
	 */
	readonly stage?: string;
	/**
	 * The providers to take webhooks from, by name.
	 * @default every provider there is, with its defaults, but for those that are only `available`
	 */
	readonly providers?: Readonly<Record<string, ProviderOptions>>;
	/**
	 * How long an event is remembered, in whole days: within it, the same event comes once.
	 * @default Duration.days(400); less is warned of
	 */
	readonly retention?: Duration;
	/**
	 * What becomes of tables, queues, secrets, bucket and logs when they leave the stack: RETAIN keeps them, DESTROY leaves no trace.
	 * @default RemovalPolicy.RETAIN
	 */
	readonly removalPolicy?: RemovalPolicy;
	/**
	 * A name of your own for the API.
	 * @default the address that AWS gives it
	 */
	readonly domain?: Domain;
	/**
	 * A key of your own for tables, queues, bucket, secrets, logs and alarm topic.
	 * @default the keys that AWS keeps for each service
	 */
	readonly encryptionKey?: IKey;
	/**
	 * Says of an imported key that its policy lets logs be written and alarms be sent under it.
	 * @default false: an imported key is an error that says what its policy needs
	 */
	readonly keyPolicyIsMine?: boolean;
	/**
	 * Where polls stand, so that a vendor sees the addresses of its NAT gateways; everything else stays outside.
	 * @default none: polls come from whatever address AWS has for them
	 */
	readonly vpc?: IVpc;
	/**
	 * Which of the VPC's subnets.
	 * @default those that are private with a way out
	 */
	readonly vpcSubnets?: SubnetSelection;
	/**
	 * The polls' security groups.
	 * @default one that lets them call out, by HTTPS alone
	 */
	readonly securityGroups?: readonly ISecurityGroup[];
	/**
	 * How many requests the whole API lets through.
	 * @default 2500 a second and 1250 at once, what the smallest account is given
	 */
	readonly throttle?: Throttle;
	/**
	 * A topic of your own, on which alarms ring; it must let CloudWatch publish.
	 * @default one is made
	 */
	readonly alarmTopic?: ITopic;
	/**
	 * Where alarms are mailed; whoever reads there must confirm the subscription.
	 * @default nobody: alarms ring on `alarmTopic` only
	 */
	readonly alarmEmail?: string;
	/**
	 * How long what functions and gateway log is kept.
	 * @default RetentionDays.ONE_MONTH
	 */
	readonly logRetention?: RetentionDays;
	/**
	 * Says in log lines from which address a delivery came, and by which agent: personal data in some places.
	 * @default false
	 */
	readonly logSenders?: boolean;
	/** @default 768 for webhook, 512 for the others */
	readonly memorySize?: MemorySize;
}
