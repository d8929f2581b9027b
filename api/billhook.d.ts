// written by `npm run generate`: what each export of the package declares, so that a change of it shows in review

// infra/billhook.d.ts
import type { DomainName, HttpApi, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { Alarm, Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { EventSourceMapping, IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { BillhookProps } from "./props.ts";
import { ProviderResources } from "./provider/resources.ts";
import { type OperateOptions } from "./stack/operate.ts";
export type { BillhookProps, Domain, MemorySize, ProviderOptions, ReservedConcurrency, Throttle, } from "./props.ts";
export type { OperateOptions } from "./stack/operate.ts";
/** A webhook inbox for documents and money: every provider's resources, and what they share. */
export declare class Billhook extends Construct {
    #private;
    readonly stage: string;
    readonly api: HttpApi;
    readonly apiStage: HttpStage;
    /** where there is a domain */
    readonly domainName?: DomainName;
    /** where webhooks come in, without a slash at the end */
    readonly url: string;
    readonly bucket: Bucket;
    /** what came to the address, a line a request */
    readonly accessLog: ILogGroup;
    readonly alarmTopic: ITopic;
    readonly alarms: readonly Alarm[];
    readonly dashboard: Dashboard;
    readonly providers: readonly ProviderResources[];
    /** where everything that is kept is encrypted with a key of yours */
    readonly encryptionKey?: IKey;
    constructor(scope: Construct, id: string, props?: BillhookProps);
    /** The resources of a provider; throws where there is none. */
    provider(name: string): ProviderResources;
    /** The queue on which a provider's events reach their consumers. */
    queue(provider: string): IQueue;
    /** Lets someone consume a provider's events, and fetch the bodies that were too large for the queue. */
    grantConsume(provider: string, grantee: IGrantable): Grant;
    /** Lets someone run the command line on this installation: to look, or to act as well. */
    grantOperate(grantee: IGrantable, options?: OperateOptions): Grant;
    /** Lets someone call `/watches` for a provider that can be polled by what one watches. */
    grantWatch(provider: string, grantee: IGrantable): Grant;
    /** Gives a provider's events to a function, once a provider: two would each get some of them. */
    onEvent(provider: string, fn: IFunction): EventSourceMapping;
}

// functions/events.d.ts
import * as z from "zod";
import { schemas } from "./events.generated.ts";
import type { CloudEvent } from "./inbox/event.ts";
export type { CloudEvent, Via } from "./inbox/event.ts";
/** A schema for each type of event; "acme.*" is of every other one that begins so. */
export type Schemas = Readonly<Record<string, z.core.$ZodType>>;
/** Of those that come with the package, unless another union is named. */
type BuiltIn = typeof schemas;
export type TypeIn<Union extends Schemas> = {
    [Key in keyof Union & string]: Key extends `${infer Provider}.*` ? `${Provider}.${string}` : Key;
}[keyof Union & string];
/** Every type of event that this version of the package knows; of some senders, whatever begins with their name. */
export type EventType = TypeIn<BuiltIn>;
/**
 * The `data` of a type of event, in the fields that its schema names. The sender's other fields are there too:
 * `const all: Record<string, unknown> = event.data` reads them.
 */
export type Data<Type extends EventType | TypeIn<Union> = EventType, Union extends Schemas = BuiltIn> = Type extends keyof Union ? Type extends `${string}.unrecognized` ? z.input<Union[Type]> : Named<z.input<Union[Type]>> : OpenData<Type, Union>;
/** Of a sender whose types are not known beforehand: of its fields too the schema names but a few. */
type OpenData<Type, Union extends Schemas> = {
    [Key in keyof Union]: Key extends `${infer Provider}.*` ? Type extends `${Provider}.${string}` ? z.input<Union[Key]> : never : never;
}[keyof Union];
/** Without the signature that lets any name through, so that a misspelt one is found. */
type Named<Value> = Value extends readonly (infer Element)[] ? Named<Element>[] : Value extends object ? {
    [Name in keyof Value as string extends Name ? never : Name]: Named<Value[Name]>;
} : Value;
export interface EventOf<Type extends EventType | TypeIn<Union>, Union extends Schemas = BuiltIn> extends Omit<CloudEvent<Type>, "data"> {
    data: Data<Type, Union>;
}
export interface ReferenceOf<Type extends string> extends Omit<CloudEvent<Type>, "data" | "dataref"> {
    data?: undefined;
    dataref: string;
}
/** An event with its data; `type` tells which. */
export type BillhookEvent<Type extends EventType | TypeIn<Union> = EventType, Union extends Schemas = BuiltIn> = {
    [Each in Type]: EventOf<Each, Union>;
}[Type];
/** An event whose data lies in the bucket, at `dataref`. */
export type EventReference<Type extends string = EventType> = {
    [Each in Type]: ReferenceOf<Each>;
}[Type];
/** An event of a type that only a newer version of the package knows. */
export interface UnknownEvent extends CloudEvent<"unknown"> {
    unknownType: string;
}
/** Reads the object that a `dataref` names. */
export type Fetch = (dataref: string) => Promise<string | Uint8Array>;
/** What cannot be an event of Billhook's; names the fields, and holds no value of theirs. */
export declare class UnreadableEvent extends Error {
    name: string;
    readonly issues: readonly {
        path: string;
        message: string;
    }[];
    constructor(issues: readonly {
        path: string;
        message: string;
    }[]);
}
/** Reads messages as the events of a union. */
export interface Parse<Union extends Schemas = BuiltIn> {
    (messageBody: string): BillhookEvent<TypeIn<Union>, Union> | EventReference<TypeIn<Union>> | UnknownEvent;
    (messageBody: string, options: {
        fetch: Fetch;
    }): Promise<BillhookEvent<TypeIn<Union>, Union> | UnknownEvent>;
}
/**
 * Reads a message of a provider's queue; with `fetch`, a large event's data too.
 * Of one `subject` and `lane`, keep the event with the greatest `sequence`: one with a smaller is history.
 */
export declare const parse: Parse;
/** `parse` for providers of one's own as well: `billhook generate` writes the call. */
export declare function parserOf<const Own extends Schemas>(own: Own): Parse<BuiltIn & Own>;
/** The text of an event's data as it stands in the message, every number with the digits it was sent with; undefined where only `dataref` is. */
export declare function dataText(messageBody: string): string | undefined;

// functions/provider.d.ts
import type * as z from "zod";
import type { Observation } from "./inbox/observation.ts";
import type { WatchRequest } from "./inbox/watch-request.ts";
import type { Poll } from "./polling/poll.ts";
import type { Proof } from "./proofs/proof.ts";
/** What a genuine, well-formed delivery turned out to be. */
export type Reading<Type extends string = string> = {
    event: Observation<Type>;
}
/** the JSON texts of several facts, each read, recorded and refused by itself; none: the sender tries the URL */
 | {
    events: readonly string[];
    each(fact: Fact): Observation<Type>;
} | {
    watch: WatchRequest;
} | {
    lookup: string;
    found: (subject: string | undefined) => Observation<Type>;
}
/** what the sender waits for, as plain text */
 | {
    handshake: string;
} | {
    refusal: string;
};
/** JSON, and its text: only there do numbers have all their digits. */
export interface Fact {
    json: unknown;
    text: string;
}
/** A name's text, or texts where it came several times. */
export type Form = Readonly<Record<string, string | string[]>>;
/** What a delivery holds; a form's `json` is the form, and its `text` that as JSON. */
export interface Content extends Fact {
    form?: Form;
    query: Readonly<Record<string, string>>;
    /** those that the provider names, by that name */
    headers: Readonly<Record<string, string>>;
    /** the segments behind the token */
    path: Readonly<Record<string, string>>;
}
/** A request that only asks whether the URL is ours; no proof has been asked for. */
export interface Handshake extends Pick<Content, "query" | "headers"> {
    method: "GET" | "OPTIONS";
}
type Schemas = Readonly<Record<string, z.core.$ZodType>>;
/** Every declared type; any at all where one of them is open. */
export type TypeOf<Events> = "*" extends keyof Events ? string : keyof Events & string;
/** A company that sends us events, and all that is particular to it. */
export interface Provider<Settings extends z.core.$ZodObject = z.core.$ZodObject, Events extends Schemas = Schemas> {
    /** folder, route, construct id, secret, queue and event prefix */
    name: string;
    /** the vendor's own page */
    documentation: string;
    /** deployed only where `providers` names it */
    available?: true;
    /** what a person may set for the webhook; every field optional, for a first deploy has none */
    settings: Settings;
    /** proofs that these settings make required */
    proofs(settings: z.output<Settings>): readonly Proof[];
    /** names of the path segments behind the token */
    path: readonly string[];
    /** names of the headers that are read, in lower case; none that holds a secret */
    headers?: readonly string[];
    /** a body whose content type says so is a form */
    forms?: true;
    /** the body a success is answered with */
    answer: Readonly<Record<string, string>>;
    /** where the sender holds back or unsubscribes after refusals: quarantine is answered so, and not 400 or 422 */
    unreadable?: 200;
    /** the text that a GET or OPTIONS waits for; undefined: not one that this sender sends */
    handshake?(request: Handshake): string | undefined;
    /** the schema of `data` for each type of event, without the provider's prefix; "*" is of every type that has no other */
    events: Events;
    /** throws a ZodError where the schema says no */
    read(content: Content): Reading;
    /** how the provider is asked for what its webhooks failed to bring */
    poll?: Poll<Readonly<Record<string, unknown>>>;
}
/** A provider that reads no type which it does not declare. */
interface Declaration<Settings extends z.core.$ZodObject, Events extends Schemas> extends Provider<Settings, Events> {
    read(content: Content): Reading<TypeOf<NoInfer<Events>>>;
}
export declare function defineProvider<const Settings extends z.core.$ZodObject, const Events extends Schemas>(provider: Declaration<Settings, Events>): Provider<Settings, Events>;
/** A sender's own name of an event as a type of a provider that declares "*"; an odd one is none. */
export declare function openType(name: string): string;
/** An event that only its content tells from others: a body without an id, or of a type nobody declared. */
export declare function byContent<const Type extends string>(type: Type, text: string): Observation<Type>;
/** A recorded delivery and the event it becomes: fixture, document and local traffic at once. */
export interface ExampleDelivery {
    /** what happened, in a few words */
    title: string;
    path?: Readonly<Record<string, string>>;
    /** what the reader reads of them; no proof */
    headers?: Readonly<Record<string, string>>;
    /** JSON; a string is sent as it is */
    body: unknown;
    /** absent where no event comes of it, or several */
    event?: {
        type: string;
        subject: string;
    };
    /** of one delivery, in their order */
    events?: readonly {
        type: string;
        subject: string;
    }[];
}
export interface Example {
    /** settings under which the deliveries are genuine; never a live secret */
    settings: Readonly<Record<string, string>>;
    /** the headers that equal a secret of these settings; whoever sends an example signs it */
    headers: Readonly<Record<string, string>>;
    deliveries: readonly ExampleDelivery[];
}
export { type ApiAnswer, WrongCredentials } from "./asking/request.ts";
export { expectRows, expectShape, Forgotten, type ReadRows, UnknownShape, } from "./asking/shape.ts";
export { canonicalDigest } from "./inbox/canonical.ts";
export { digestOf, type Identity, once, type StateOptions, state, } from "./inbox/identity.ts";
export { elementsOf, idIn, objectOf, partsOf } from "./inbox/json-text.ts";
export type { Observation } from "./inbox/observation.ts";
export type { WatchRequest } from "./inbox/watch-request.ts";
export { listOf } from "./list-of.ts";
export type { Cursor, List, Page, Poll, Run, Settled, Sighting, TokenSource, Watch, Watches, WatchVerdict, } from "./polling/poll.ts";
export { type Equals, equals } from "./proofs/equals.ts";
export { type Hmac, type HmacOptions, hmac, standardWebhooks, } from "./proofs/hmac.ts";
export type { Proof } from "./proofs/proof.ts";
/** One of the URLs that a provider is given; where its bodies do not say which event they are, that of one event. */
export interface GivenUrl {
    event?: string;
    url: string;
}
/** A request below the address of the vendor's API that tells it where its webhooks go. */
export interface Registration {
    /** what it changes, in a few words */
    says: string;
    method: "POST" | "PUT";
    path: string;
    headers: Readonly<Record<string, string>>;
    json: Readonly<Record<string, unknown>>;
}
/** How a provider's URLs come to it; connect.ts beside provider.ts exports one by default. */
export interface Connect {
    /** absent where the vendor has no API for it, or has not published one */
    registrations?(urls: readonly GivenUrl[], settings: Readonly<Record<string, unknown>>): readonly Registration[];
    /** what only a person can do */
    steps: readonly string[];
}

// testing/contract.d.ts
import type { Example, Provider } from "../functions/provider.ts";
import type { ContractCase } from "./case.ts";
import { type TrialInbox } from "./inbox.ts";
export type { ContractCase } from "./case.ts";
/** Every law that a provider and its example have to keep, for any test runner; inboxes are opened as `npm start` finds its engine, unless told how. */
export declare function contractOf(provider: Provider, example: Example | undefined, open?: () => Promise<TrialInbox>): ContractCase[];

// functions/simulator/server.d.ts
import type { Acts, SimulatedApi, Simulator, SimulatorOptions, Surroundings } from "./simulator.ts";
export type { Asked, SimulatedAnswer } from "./asked.ts";
export type { SimulatedApi, Simulator, SimulatorOptions } from "./simulator.ts";
export { type IssuedTokens, openTokens } from "./tokens.ts";
export declare function serveApi<A extends Acts, Facts>(api: (surroundings: Surroundings) => SimulatedApi<A, Facts>, { port, host, clock }: SimulatorOptions): Promise<Simulator<A, Facts>>;

// infra/props.d.ts
import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { MTLSConfig } from "aws-cdk-lib/aws-apigatewayv2";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
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

// infra/provider/resources.d.ts
import type { Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { EventSourceMapping, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Provider } from "../../functions/provider.ts";
import type { Installation } from "../installation.ts";
import type { ProviderOptions, ReservedConcurrency, Throttle } from "../props.ts";
export interface ProviderResourcesOptions extends ProviderOptions {
    provider: Provider;
    installation: Installation;
}
/**
 * What one provider needs, reachable by its own functions only. A provider that leaves the configuration leaves
 * its tables, queues and secrets behind, if they are retained; one that comes back gets new ones, and a new token.
 */
export declare class ProviderResources extends Construct {
    #private;
    readonly provider: Provider;
    readonly inbox: TableV2;
    readonly watches?: TableV2;
    readonly queue: Queue;
    readonly deadLetterQueue: Queue;
    readonly webhookSecret: Secret;
    /** where there is a poll */
    readonly apiSecret?: Secret;
    /** of all its functions: one place shows an event's whole way */
    readonly log: LogGroup;
    readonly webhook: LambdaFunction;
    readonly forward: LambdaFunction;
    readonly stream: EventSourceMapping;
    readonly poll?: LambdaFunction;
    readonly reservedConcurrency: ReservedConcurrency;
    /** how many requests its route lets through, where that is said */
    readonly throttle?: Throttle;
    /** how often the poll runs, where there is one, and over how long its start is spread */
    readonly pollEveryMinutes?: number;
    readonly pollWindowMinutes: number;
    /** how often a delivery is expected, where that is said */
    readonly expectEveryHours?: number;
    constructor(scope: Construct, id: string, options: ProviderResourcesOptions);
    /** Requests that the provider itself has sent, whatever became of them. */
    metricDelivered(options?: MetricOptions): Metric;
    /** Events taken on, by webhook or by poll. */
    metricRecorded(options?: MetricOptions): Metric;
    /** Deliveries of an event that was known. */
    metricDuplicate(options?: MetricOptions): Metric;
    /** Deliveries that asked for something to be polled for. */
    metricWatching(options?: MetricOptions): Metric;
    /** Deliveries and rows that could not be read, or contradict an earlier one. */
    metricQuarantined(options?: MetricOptions): Metric;
    /** Deliveries kept in quarantine because they look like a late retry. */
    metricReturned(options?: MetricOptions): Metric;
    /** Requests of strangers, with other methods, or too large. */
    metricRefused(options?: MetricOptions): Metric;
    /** Requests answered 503, by a fault of ours. */
    metricUnavailable(options?: MetricOptions): Metric;
    /** Events handed to the queue. */
    metricForwarded(options?: MetricOptions): Metric;
    /** Events that could not be forwarded for good: they are in the bucket. */
    metricForwardFailed(options?: MetricOptions): Metric;
    /** Runs of the poll that had credentials to ask with. */
    metricPollRan(options?: MetricOptions): Metric;
    /** What the poll was told by the provider's API. */
    metricPolled(options?: MetricOptions): Metric;
    /** Events that only the poll brought. */
    metricRecovered(options?: MetricOptions): Metric;
    /** What the poll was told and a webhook had brought. */
    metricKnown(options?: MetricOptions): Metric;
    /** What the poll was told too soon after a change to be sure of, or too late. */
    metricStale(options?: MetricOptions): Metric;
    /** Runs of the poll that failed. */
    metricPollFailed(options?: MetricOptions): Metric;
    /** Watches that reached their deadline and nothing had come. */
    metricWatchExpired(options?: MetricOptions): Metric;
    /** How often the poll left an API alone because it failed too often. */
    metricBreakerOpened(options?: MetricOptions): Metric;
    /** Runs that found a setting wrong, or refused by the API. */
    metricConfiguration(options?: MetricOptions): Metric;
}

// infra/stack/operate.d.ts
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { ProviderResources } from "../provider/resources.ts";
export interface OperateOptions {
    /**
     * Also what changes something, and what holds a secret: replay, quarantine retry, dead-letters redrive, watch add
     * and stop, urls, settings, token rotate, connect, verify.
     *
     * @default - looking only
     */
    readonly act?: boolean;
}
export interface Operated {
    stage: string;
    providers: readonly ProviderResources[];
    bucket: Bucket;
    api: HttpApi;
    accessLog: ILogGroup;
    encryptionKey?: IKey;
}
/** Lets someone run the command line on an installation: what each command asks AWS for, and nothing else. */
export declare function grantOperate(grantee: IGrantable, operated: Operated, { act }: OperateOptions): Grant;

// functions/events.generated.d.ts
/** The schema of each event's `data`. */
export declare const schemas: {
    "caminvoice.document.delivered": import("zod/mini").ZodMiniObject<{
        endpoint_id: import("zod/mini").ZodMiniString<string>;
        document_id: import("zod/mini").ZodMiniString<string>;
        type: import("zod/mini").ZodMiniLiteral<"DOCUMENT.DELIVERED">;
    }, import("zod/v4/core").$loose>;
    "caminvoice.document.received": import("zod/mini").ZodMiniObject<{
        endpoint_id: import("zod/mini").ZodMiniString<string>;
        document_id: import("zod/mini").ZodMiniString<string>;
        type: import("zod/mini").ZodMiniLiteral<"DOCUMENT.RECEIVED">;
    }, import("zod/v4/core").$loose>;
    "caminvoice.document.status_updated": import("zod/mini").ZodMiniObject<{
        endpoint_id: import("zod/mini").ZodMiniString<string>;
        document_id: import("zod/mini").ZodMiniString<string>;
        type: import("zod/mini").ZodMiniLiteral<"DOCUMENT.STATUS_UPDATED">;
        status: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "caminvoice.entity.revoked": import("zod/mini").ZodMiniObject<{
        endpoint_id: import("zod/mini").ZodMiniString<string>;
        type: import("zod/mini").ZodMiniLiteral<"ENTITY.REVOKED">;
    }, import("zod/v4/core").$loose>;
    "caminvoice.unrecognized": import("zod/mini").ZodMiniObject<{
        type: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "dealpos.adjustment.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.adjustment.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.adjustment.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill-payment.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill-payment.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill-payment.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill.purchase-order-created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.bill.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.customer.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.customer.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.customer.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.inbound-logistic.complete": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.inbound-logistic.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.inbound-logistic.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.inbound-logistic.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.invoice.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.invoice.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.invoice.erased": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.invoice.restored": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.invoice.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outbound-logistic.complete": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outbound-logistic.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outbound-logistic.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outbound-logistic.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outlet.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outlet.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.outlet.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.payment.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniString<string>;
        InvoiceID: import("zod/mini").ZodMiniString<string>;
        Outlet: import("zod/mini").ZodMiniString<string>;
        Number: import("zod/mini").ZodMiniString<string>;
        Amount: import("zod/mini").ZodMiniNumber<number>;
        Method: import("zod/mini").ZodMiniString<string>;
        Date: import("zod/mini").ZodMiniString<string>;
        Created: import("zod/mini").ZodMiniString<string>;
        Creator: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "dealpos.payment.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniString<string>;
        InvoiceID: import("zod/mini").ZodMiniString<string>;
        Outlet: import("zod/mini").ZodMiniString<string>;
        Number: import("zod/mini").ZodMiniString<string>;
        Amount: import("zod/mini").ZodMiniNumber<number>;
        Method: import("zod/mini").ZodMiniString<string>;
        Creator: import("zod/mini").ZodMiniString<string>;
        Date: import("zod/mini").ZodMiniString<string>;
        Created: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "dealpos.payment.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniString<string>;
        InvoiceID: import("zod/mini").ZodMiniString<string>;
        Outlet: import("zod/mini").ZodMiniString<string>;
        Number: import("zod/mini").ZodMiniString<string>;
        Amount: import("zod/mini").ZodMiniNumber<number>;
        Method: import("zod/mini").ZodMiniString<string>;
        Creator: import("zod/mini").ZodMiniString<string>;
        Date: import("zod/mini").ZodMiniString<string>;
        Created: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "dealpos.payment.writeoff": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniString<string>;
        InvoiceID: import("zod/mini").ZodMiniString<string>;
        Outlet: import("zod/mini").ZodMiniString<string>;
        Number: import("zod/mini").ZodMiniString<string>;
        Amount: import("zod/mini").ZodMiniNumber<number>;
        Method: import("zod/mini").ZodMiniString<string>;
        Date: import("zod/mini").ZodMiniString<string>;
        Created: import("zod/mini").ZodMiniString<string>;
        Creator: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "dealpos.product.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.product.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.product.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.product.variant-created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.product.variant-updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.shift.close-shift": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.shift.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.shift.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.shift.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.supplier.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.supplier.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.supplier.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.transfer-order.created": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.transfer-order.deleted": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.transfer-order.updated": import("zod/mini").ZodMiniObject<{
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
    }, import("zod/v4/core").$loose>;
    "dealpos.unrecognized": import("zod/mini").ZodMiniObject<{
        group: import("zod/mini").ZodMiniString<string>;
        event: import("zod/mini").ZodMiniString<string>;
        body: import("zod/mini").ZodMiniUnknown;
    }, import("zod/v4/core").$strip>;
    "finbox.extraction.completed": import("zod/mini").ZodMiniObject<{
        entity_id: import("zod/mini").ZodMiniString<string>;
        statement_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        link_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        reason: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        progress: import("zod/mini").ZodMiniLiteral<"completed">;
    }, import("zod/v4/core").$loose>;
    "finbox.extraction.failed": import("zod/mini").ZodMiniObject<{
        entity_id: import("zod/mini").ZodMiniString<string>;
        statement_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        link_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        reason: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        progress: import("zod/mini").ZodMiniLiteral<"failed">;
    }, import("zod/v4/core").$loose>;
    "finbox.session.enrichment": import("zod/mini").ZodMiniObject<{
        session_id: import("zod/mini").ZodMiniString<string>;
        message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        insights_available: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniBoolean<boolean>>>;
        accounts: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[], {
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
            error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            bank_name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            attempt_types: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<string[], string[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniString<string>>>>>;
            statements: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[], {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
                error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                source: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            }, import("zod/v4/core").$loose>>>>>;
        }, import("zod/v4/core").$loose>>>>>;
        session_date_range: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniObject<{
            from_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            to_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        }, import("zod/v4/core").$loose>>>;
        event_name: import("zod/mini").ZodMiniLiteral<"ENRICHMENT_NOTIFICATION">;
    }, import("zod/v4/core").$loose>;
    "finbox.session.expiry": import("zod/mini").ZodMiniObject<{
        session_id: import("zod/mini").ZodMiniString<string>;
        message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        insights_available: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniBoolean<boolean>>>;
        accounts: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[], {
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
            error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            bank_name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            attempt_types: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<string[], string[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniString<string>>>>>;
            statements: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[], {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
                error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                source: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            }, import("zod/v4/core").$loose>>>>>;
        }, import("zod/v4/core").$loose>>>>>;
        session_date_range: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniObject<{
            from_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            to_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        }, import("zod/v4/core").$loose>>>;
        event_name: import("zod/mini").ZodMiniLiteral<"SESSION_EXPIRY_NOTIFICATION">;
    }, import("zod/v4/core").$loose>;
    "finbox.session.requirement_completion": import("zod/mini").ZodMiniObject<{
        session_id: import("zod/mini").ZodMiniString<string>;
        message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        insights_available: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniBoolean<boolean>>>;
        accounts: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[], {
            [x: string]: unknown;
            error_code?: string | null | undefined;
            error_message?: string | null | undefined;
            account_id?: string | null | undefined;
            account_status?: string | null | undefined;
            bank_name?: string | null | undefined;
            attempt_types?: string[] | null | undefined;
            statements?: {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[] | null | undefined;
        }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
            error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            account_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            bank_name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            attempt_types: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<string[], string[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniString<string>>>>>;
            statements: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniPipe<import("zod/mini").ZodMiniTransform<{
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[], {
                [x: string]: unknown;
                error_code?: string | null | undefined;
                error_message?: string | null | undefined;
                statement_id?: string | null | undefined;
                statement_status?: string | null | undefined;
                source?: string | null | undefined;
            }[]>, import("zod/mini").ZodMiniArray<import("zod/mini").ZodMiniObject<{
                error_code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                error_message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_id: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                statement_status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
                source: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            }, import("zod/v4/core").$loose>>>>>;
        }, import("zod/v4/core").$loose>>>>>;
        session_date_range: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniObject<{
            from_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            to_date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        }, import("zod/v4/core").$loose>>>;
        event_name: import("zod/mini").ZodMiniLiteral<"SESSION_REQUIREMENT_COMPLETION_NOTIFICATION">;
    }, import("zod/v4/core").$loose>;
    "finbox.unrecognized": import("zod/mini").ZodMiniObject<{}, import("zod/v4/core").$loose>;
    "github.*": import("zod").ZodObject<{
        action: import("zod").ZodOptional<import("zod").ZodString>;
        repository: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        organization: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        installation: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        sender: import("zod").ZodOptional<import("zod").ZodUnknown>;
    }, import("zod/v4/core").$loose>;
    "github.unrecognized": import("zod").ZodObject<{
        action: import("zod").ZodOptional<import("zod").ZodString>;
        repository: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        organization: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        installation: import("zod").ZodOptional<import("zod").ZodObject<{
            id: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>>;
        sender: import("zod").ZodOptional<import("zod").ZodUnknown>;
    }, import("zod/v4/core").$loose>;
    "marosa.document.status_changed": import("zod/mini").ZodMiniObject<{
        eventId: import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>;
        occurredAt: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        documentId: import("zod/mini").ZodMiniString<string>;
        externalStatus: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        flowDetail: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        eventType: import("zod/mini").ZodMiniLiteral<"DOCUMENT_STATUS_CHANGED">;
        currentStatus: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "marosa.invoice.status_changed": import("zod/mini").ZodMiniObject<{
        eventId: import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>;
        occurredAt: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        documentId: import("zod/mini").ZodMiniString<string>;
        currentStatus: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        flowDetail: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        eventType: import("zod/mini").ZodMiniLiteral<"INVOICE_STATUS_CHANGED">;
        externalStatus: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "marosa.unrecognized": import("zod/mini").ZodMiniObject<{
        eventType: import("zod/mini").ZodMiniString<string>;
    }, import("zod/v4/core").$loose>;
    "photon.document.processed": import("zod/mini").ZodMiniObject<{
        data: import("zod/mini").ZodMiniObject<{
            photon_key: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
            Document_Type: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Category: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Created: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Pages: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Is_Duplicate: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Raw_Text: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            All_Email_Addresses: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Notes: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Currency_Code: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Total: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Subtotal: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Balance_Due: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Tax: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Tip: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Discount: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Shipping: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Cashback: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Tax_Lines: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Line_Items: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Invoice_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Account_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Reference_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Tracking_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            PO_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Card_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Phone_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vat_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Due_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Order_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Ship_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Delivery_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Service_Start_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Service_End_Date: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Payment_Terms: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Payment_Type: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Payment_Display_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Address: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Address_Line: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_City: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_State: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Zipcode: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Recipient: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Bill_To_Vat_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Ship_To_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Ship_To_Address: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Raw_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Type: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Recipient: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Address: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Address_Line: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_City: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_State: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Zipcode: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Country: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Email: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Phone: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Fax: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_ABN_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Account_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Bank_Name: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Bank_Number: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_Bank_Swift: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
            Vendor_IBAN: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
        }, import("zod/v4/core").$loose>;
        photon_key: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniString<string>>>;
        ID: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniNullable<import("zod/mini").ZodMiniUnion<readonly [import("zod/mini").ZodMiniString<string>, import("zod/mini").ZodMiniNumber<number>]>>>;
        message: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
        status: import("zod/mini").ZodMiniOptional<import("zod/mini").ZodMiniUnknown>;
    }, import("zod/v4/core").$loose>;
    "photon.unrecognized": import("zod/mini").ZodMiniUnknown;
    "standard-webhooks.*": import("zod").ZodObject<{
        type: import("zod").ZodString;
        timestamp: import("zod").ZodOptional<import("zod").ZodUnknown>;
        data: import("zod").ZodOptional<import("zod").ZodUnknown>;
    }, import("zod/v4/core").$loose>;
    "standard-webhooks.unrecognized": import("zod").ZodUnknown;
    "stripe.*": import("zod").ZodObject<{
        id: import("zod").ZodString;
        object: import("zod").ZodLiteral<"event">;
        type: import("zod").ZodString;
        created: import("zod").ZodNumber;
        livemode: import("zod").ZodOptional<import("zod").ZodBoolean>;
        api_version: import("zod").ZodOptional<import("zod").ZodNullable<import("zod").ZodString>>;
        account: import("zod").ZodOptional<import("zod").ZodString>;
        data: import("zod").ZodObject<{
            object: import("zod").ZodObject<{
                object: import("zod").ZodOptional<import("zod").ZodString>;
            }, import("zod/v4/core").$loose>;
            previous_attributes: import("zod").ZodOptional<import("zod").ZodUnknown>;
        }, import("zod/v4/core").$loose>;
        request: import("zod").ZodOptional<import("zod").ZodUnknown>;
    }, import("zod/v4/core").$loose>;
    "stripe.unrecognized": import("zod").ZodUnknown;
};

// functions/inbox/event.d.ts
/** Which way in an event took. */
export type Via = "webhook" | "poll";
/** CloudEvents 1.0 in JSON, with the extension attributes that Billhook uses. */
export interface CloudEvent<Type extends string = string, Body = unknown> {
    specversion: "1.0";
    id: string;
    source: string;
    type: Type;
    subject: string;
    time: string;
    datacontenttype: "application/json";
    dataschema: string;
    recordedtime: string;
    partitionkey: string;
    lane?: string;
    sequence?: string;
    traceparent?: string;
    via: Via;
    replay?: string;
    dataref?: string;
    data?: Body;
}
/** As it is sent, with its attributes; SQS takes 48 KB more, of which a replay needs some. */
export declare const maxMessageBytes = 1000000;
/** What of an event is not the same for all. */
export interface Facts {
    provider: string;
    id: string;
    /** without the provider's prefix */
    type: string;
    subject: string;
    /** the provider's own, where it says one */
    time?: Date;
    recordedtime: string;
    partitionkey: string;
    /** of a state: what its sequence orders */
    lane?: string;
    sequence?: string;
    traceparent: string;
    via: Via;
}
/** The message as it will be sent: around `data`, a JSON text, as it stands, or with the reference to it. */
export declare function seal(facts: Facts, content: {
    data: string;
} | {
    dataref: string;
}): string;
/** What a sealed message says beside its data, which stands last. */
export declare function headOf(message: string): CloudEvent;
/** The message once more, with the replay that sends it and all else as it was. */
export declare function markReplay(message: string, replay: string): string;
/** What a consumer can filter by, or join its traces to, before it reads the message. */
export interface MessageAttributes {
    type: string;
    via: string;
    [name: string]: string;
}
export declare function messageAttributes({ type, via, traceparent, }: Pick<CloudEvent, "type" | "traceparent"> & {
    via: string;
}): MessageAttributes;
/** As SQS counts: the body, and name, type and value of every attribute. */
export declare function bytesAsSent(body: string, attributes: Readonly<Record<string, string>>): number;

// functions/inbox/observation.d.ts
import type { Identity } from "./identity.ts";
/** One fact as a provider's reader understood it; whether it is new, the inbox decides. */
export interface Observation<Type extends string = string> {
    /** without the provider's prefix: "extraction.completed" */
    type: Type;
    subject: string;
    /** the provider's own time of the fact, where it says one */
    time?: Date;
    /** what that may be as well, while nobody is sure of the provider's zone */
    otherTimes?: readonly Date[];
    identity: Identity;
    /** in the webhook's shape */
    body?: unknown;
    /** the JSON text of the same, where its digits count; without either, the delivered body's own text stands for it */
    text?: string;
}

// functions/inbox/watch-request.d.ts
/** A subject the provider must be asked about until it is finished. */
export interface WatchRequest {
    subject: string;
    /** one of the poll's kinds of watch; absent, its first */
    kind?: string;
    reference?: string;
}
/** A request that cannot become a watch; names the field. */
export declare class UnfitWatch extends Error {
    name: string;
    readonly field: string;
    constructor(field: string, message: string);
}

// functions/polling/poll.d.ts
import type * as z from "zod";
import type { Call, ProviderApi, Token } from "../asking/request.ts";
import type { OnceFact } from "../inbox/known.ts";
import type { Observation } from "../inbox/observation.ts";
import type { WatchRequest } from "../inbox/watch-request.ts";
/** What a poll may use while it runs. */
export interface Run<Settings = unknown, Name extends string = string> {
    now: Date;
    settings: Settings;
    call: Call<Name>;
    /** those of the keys that an earlier sighting left with `remember`, and that it still holds for */
    remembered(keys: readonly string[]): Promise<ReadonlySet<string>>;
    /** a look at one row, or the row as an odd one where what went wrong is its trouble alone */
    tryRow(row: unknown, look: () => Promise<Sighting>): Promise<SeenRow>;
}
/** What one answer showed of one subject; no observations where it shows nothing worth an event. */
export interface Sighting {
    observations: readonly Observation[];
    /** `answer.sentAt` of the request that showed it */
    observedAt: Date;
    /** remembered as soon as all of it is recorded or known, so that an overlap need not fetch it again */
    remember?: string;
}
/** A row that cannot be read, or whose detail cannot be had: kept in quarantine, and listed again for a day. */
export interface OddRow {
    row: unknown;
    error: unknown;
}
export type SeenRow = Pick<Page, "sightings" | "odd">;
/** What a poll yields; the next page is asked for when this one is durable. */
export interface Page {
    sightings: readonly Sighting[];
    odd?: readonly OddRow[];
    /** subjects that were seen unfinished */
    watches?: readonly WatchRequest[];
    /** where a later run goes on inside this pass */
    place?: string;
}
/** For each sighting of the page, whether it is settled; a stale one (false) must be seen again. */
export type Settled = readonly boolean[];
/** How far polling a list has got. */
export interface Cursor {
    name: string;
    /** what the last complete pass returned; absent before the first */
    since?: string;
    /** what the last durable page of an unfinished pass said; absent at a pass's beginning */
    place?: string;
}
/** A subject the provider is asked about until it is finished. */
export interface Watch {
    subject: string;
    kind: string;
    reference?: string;
    startedAt: Date;
    deadline: Date;
}
/** A list that can be asked for what has changed. */
export interface List<Settings = unknown, Name extends string = string> {
    /** one cursor, and one pass a run, for each of these names */
    cursors(settings: Settings): readonly string[];
    /** one pass over the list; returns the `since` of the next one */
    pass(cursor: Cursor, run: Run<Settings, Name>): AsyncGenerator<Page, string, Settled>;
    /** how long `remember` lasts: a little more than the overlap */
    rememberHours?: number;
}
export type WatchVerdict = "finished" | "waiting";
/** Subjects that can only be asked for one by one. */
export interface Watches<Settings = unknown, Name extends string = string> {
    /** the first is meant where a request for a watch names none */
    kinds: readonly [string, ...string[]];
    /** what may stand as a subject */
    subject: z.core.$ZodType<string, string>;
    /** the wait after the first question, which the next run asks, and the longest between two */
    firstSeconds: number;
    longestSeconds: number;
    /** the event after which nothing is left to ask, where the watch alone can name it */
    final?(watch: Watch): OnceFact | undefined;
    ask(watch: Watch, run: Run<Settings, Name>): AsyncGenerator<Page, WatchVerdict, Settled>;
}
/** How a bearer token is had, where fixed headers do not prove us. */
export interface TokenSource<Settings = unknown, Name extends string = string> {
    /** where each owner's grant begins with a refresh token that a person has set */
    owners?: {
        /** the setting that holds them */
        setting: string;
        first(settings: Settings, owner: string): string | undefined;
    };
    /** `call` shows no token here, and a request is not repeated */
    fetch(grant: {
        owner: string;
        refresh?: string;
    }, run: Run<Settings, Name>): Promise<Token>;
}
/** How a provider is asked for what its webhooks failed to bring. */
export interface Poll<Settings = unknown, Name extends string = string> extends ProviderApi<Settings, Name> {
    /** what a person may set for it; every field optional, and none of them read by the webhook function */
    settings: z.core.$ZodObject;
    /** how often a run is started */
    everyMinutes: number;
    /** the setting of the zone in which the provider writes its times */
    zoneSetting?: string;
    tokens?: TokenSource<Settings, Name>;
    /** the types of event it may bring, each with the fields of `data` that only the webhook knows (null here); "*" is any */
    brings: Readonly<Record<string, readonly string[]>>;
    /** at most so many requests within any so many seconds, whatever the number of runs */
    budget: {
        requests: number;
        seconds: number;
    };
    list?: List<Settings, Name>;
    watches?: Watches<Settings, Name>;
}

// functions/proofs/proof.d.ts
import { type Equals } from "./equals.ts";
import { type Hmac } from "./hmac.ts";
import type { Shown } from "./shown.ts";
/** What the sender must show on top of the token, once it is configured. */
export type Proof = Equals | Hmac;
export declare function isShown(proof: Proof, shown: Shown): boolean;
/** The headers that sign a request, and those that are read; one that equals a secret is not among them. */
export declare function headersToKeep(proofs: readonly Proof[], read?: readonly string[]): string[];

// functions/asking/request.d.ts
/** One HTTP answer of the provider's API, already read. */
export interface ApiAnswer {
    status: number;
    /** names in lower case */
    headers: Readonly<Record<string, string>>;
    json: unknown;
    /** the same as it was sent: only here do numbers have all their digits */
    text: string;
    /** when the request was sent: the poll's `observedAt` */
    sentAt: Date;
}
export interface Request {
    /** fills the `{…}` of the declared path, percent-encoded here */
    path?: Readonly<Record<string, string>>;
    query?: Readonly<Record<string, string>>;
    headers?: Readonly<Record<string, string>>;
    /** a JSON body; a POST without one sends an explicit empty body */
    json?: unknown;
    /** whose token to show, where the provider has tokens */
    as?: string;
    /** statuses beside 2xx that are answers rather than failures */
    accepts?: readonly number[];
}
/** Sends one of the poll's declared requests, within its budget; throws where no usable answer came. */
export type Call<Name extends string = string> = (name: Name, request?: Request) => Promise<ApiAnswer>;
/** How a provider's API is reached, and what of it may be asked. */
export interface ProviderApi<Settings = unknown, Name extends string = string> {
    /** the base address; undefined where nobody has set one and there is no default */
    url(settings: Settings): string | undefined;
    /** every request that can be sent, as "GET /path/{part}" below the base address; no other leaves */
    requests: Readonly<Record<Name, string>>;
    /** sent with every request: fixed proofs of who we are */
    headers?(settings: Settings): Readonly<Record<string, string>>;
    /** the settings without which nothing can be asked, `apiUrl` aside; none of them set: not configured */
    needs: readonly string[];
    /** statuses that mean wrong credentials; default 401 and 403 */
    deniedBy?: readonly number[];
}
export interface Token {
    access: string;
    expiresAt: Date;
    /** a refresh token that came with it */
    refresh?: string;
}
/** The provider refuses our credentials; names the settings to look at. */
export declare class WrongCredentials extends Error {
    name: string;
    readonly isWrongCredentials = true;
    readonly settings: readonly string[];
    constructor(settings: readonly string[]);
}
/** Also of a provider from a folder of its own, which brings its own copy of the class. */
export declare function isWrongCredentials(error: unknown): error is WrongCredentials;

// functions/asking/shape.d.ts
import * as z from "zod/mini";
/** A number of seconds or its text, more than none; z.coerce would bring types into every bundle that no schema has. */
export declare const Seconds: z.ZodMiniPipe<z.ZodMiniTransform<number, any>, z.ZodMiniNumber<number>>;
/** An answer in a shape nobody has described; names the shape and never a value. */
export declare class UnknownShape extends Error {
    name: string;
    readonly isUnknownShape = true;
    readonly shape: string;
    /** what had this shape, for quarantine alone */
    readonly came: unknown;
    constructor(shape: string, came?: unknown);
}
/** Also of a provider from a folder of its own, which brings its own copy of the class. */
export declare function isUnknownShape(error: unknown): error is UnknownShape;
/** The provider's memory ends later than what was last asked for; names the time, and what it was is nobody's to say. */
export declare class Forgotten extends Error {
    name: string;
    readonly isForgotten = true;
    constructor(since: string);
}
/** Also of a provider from a folder of its own. */
export declare function isForgotten(error: unknown): error is Forgotten;
/** What the schema makes of an answer, or an error that names the shape it had instead. */
export declare function expectShape<Schema extends z.core.$ZodType>(schema: Schema, json: unknown): z.output<Schema>;
export interface ReadRows<Row> {
    rows: Row[];
    /** as they came, each with what is unknown about it */
    unreadable: {
        row: unknown;
        error: UnknownShape;
    }[];
}
/** Each row by itself; only where there are some and none of them can be read is it the answer that has an unknown shape. */
export declare function expectRows<Schema extends z.core.$ZodType>(schema: Schema, rows: readonly unknown[]): ReadRows<z.output<Schema>>;
/** The keys and kinds of a JSON value, two levels deep, without any of its values. */
export declare function shapeOf(json: unknown, depth?: number): string;

// functions/inbox/canonical.d.ts
/** The same for two JSON texts that say the same: key order, spaces, escapes and the spelling of a number do not count, every digit does. */
export declare function canonicalDigest(json: string): string;
/** Valid JSON with its keys sorted. */
export declare function canonical(json: string): string;

// functions/inbox/identity.d.ts
/** The same key is the same event for as long as the inbox remembers it. */
export interface Once {
    kind: "once";
    key: readonly string[];
}
/** A change of state without a reliable id; its lane decides what is new. */
export interface State {
    kind: "state";
    lane: string;
    value: string;
    key?: string;
    first?: First;
    withinSeconds: number;
    recurring: boolean;
}
/** What a lane's first state is called, whoever finds it. */
export interface First {
    /** without the provider's prefix */
    type: string;
    key: string;
}
export type Identity = Once | State;
/** An id of the sender's, alone or with what tells it apart. */
export declare function once(...key: [string, ...string[]]): Once;
export interface StateOptions {
    /** what of its subject changes; a consumer orders by it */
    lane?: string;
    value: string;
    key?: string;
    first?: First;
    /** how far apart copies of one delivery may arrive */
    withinSeconds?: number;
    /** the same state twice is two facts; a list must give each its time */
    recurring?: boolean;
}
export declare function state(options: StateOptions): State;
/** A digest of several parts that no other split of the same text shares. */
export declare function digestOf(...parts: readonly string[]): string;
/** Where a subject's records stand, and its message group: a subject may hold personal data and be long. */
export declare function partitionOf(subject: string): string;
/** The id of a `once` event, the same for whoever brings it. */
export declare function onceId(provider: string, { type, subject, key }: {
    type: string;
    subject: string;
    key: Once["key"];
}): string;
/** The id of a lane's record; recordedtime keeps it apart from one that had its number before the inbox forgot. */
export declare function stateId(provider: string, state: {
    subject: string;
    lane: string;
    number: number;
    recordedtime: string;
}): string;

// functions/inbox/json-text.d.ts
/** The texts of an object's members by name (of one name's, the last), or of an array's elements by index; of valid JSON, to any depth. */
export declare function partsOf(json: string): Map<string, string>;
/** The opposite of `partsOf`: an object of these members. */
export declare function objectOf(members: Iterable<readonly [string, string]>): string;
/** The texts of an array's elements, of the one behind these names; none where there is no array. */
export declare function elementsOf(json: string, ...names: string[]): string[];
/** What may name something: a string, or a whole number that a double holds, as it is spelled; "" where the member is neither. */
export declare function idIn(json: string, name: string): string;
export declare function endOfString(json: string, start: number): number;
/** Where a number, `true`, `false` or `null` ends. */
export declare function endOfWord(json: string, start: number): number;
export declare function afterSpace(json: string, start: number): number;

// functions/list-of.d.ts
import * as z from "zod/mini";
/** An array that is read no further than its twentieth wrong element: millions of issues would outlast the deadline. */
export declare function listOf<Element extends z.core.$ZodType>(element: Element): z.ZodMiniPipe<z.ZodMiniTransform<z.input<Element>[], z.input<Element>[]>, z.ZodMiniArray<Element>>;

// functions/proofs/equals.d.ts
import type { Shown } from "./shown.ts";
/** A header that holds one of these values. */
export interface Equals {
    kind: "equals";
    header: string;
    accepts: readonly string[];
}
/** Asked for once one of the values is set; "" is not. */
export declare function equals(header: string, ...values: readonly (string | undefined)[]): Equals[];
export declare function holdsValue({ header, accepts }: Equals, { headers }: Shown): boolean;

// functions/proofs/hmac.d.ts
import type { Shown } from "./shown.ts";
/** Where a text stands: in a header, or in those of its parts that begin so. */
export interface Written {
    header: string;
    /** what separates the header's parts; absent, it is one */
    between?: string;
    /** what a part begins with, "v1=" */
    after?: string;
}
/** A keyed digest of the bytes that came. */
export interface Hmac {
    kind: "hmac";
    /** any one of them may have signed */
    keys: readonly (string | Uint8Array)[];
    algorithm: "sha1" | "sha256" | "sha512";
    encoding: "hex" | "base64";
    /** where it stands; of several signatures one has to be right */
    signature: Written;
    /** "{body}", "{timestamp}.{body}", "{id}.{timestamp}.{body}" */
    signs: string;
    id?: Written;
    /** in Unix seconds */
    timestamp?: Written;
    /** how far it may be from now, on both sides */
    toleranceSeconds: number;
}
type Key = string | Uint8Array;
export interface HmacOptions extends Pick<Hmac, "signature" | "id" | "timestamp">, Partial<Pick<Hmac, "algorithm" | "encoding" | "signs" | "toleranceSeconds">> {
    secrets: readonly (Key | undefined)[];
}
/** Asked for once one of the secrets is set; "" is not. SHA-256 of the body, in hex, unless told otherwise. */
export declare function hmac(options: HmacOptions): Hmac[];
/** Standard Webhooks, its symmetric signatures (v1): https://www.standardwebhooks.com */
export declare function standardWebhooks(...secrets: readonly (string | undefined)[]): Hmac[];
export declare function isSigned(proof: Hmac, shown: Shown): boolean;
/** What a signature can be of. */
export interface Parts {
    id: string;
    timestamp: string;
    body: Uint8Array;
}
export declare function signatureOf({ algorithm, encoding, signs }: Hmac, key: Key, parts: Parts): string;
export {};

// testing/case.d.ts
/** One law that a provider keeps; `run` throws an error that says what is wrong, and what to do. */
export interface ContractCase {
    name: string;
    run(): Promise<void>;
}

// testing/inbox.d.ts
import type { CloudEvent } from "../functions/inbox/event.ts";
import type { Inbox } from "../functions/inbox/record.ts";
/** An empty inbox on a real engine, gone when disposed. */
export interface TrialInbox extends AsyncDisposable {
    inbox: Inbox;
    /** every event that it holds, as the queue would get it */
    events(): Promise<CloudEvent[]>;
}
/** An inbox on an engine of its own: the one that BILLHOOK_DYNAMODB names, or the first that this machine has. */
export declare function openTrialInbox(): Promise<TrialInbox>;
/** The same on an engine that is running. */
export declare function openInboxOn(endpoint: string): Promise<TrialInbox>;

// functions/simulator/simulator.d.ts
import type { Asked, SimulatedAnswer } from "./asked.ts";
import type { Faults } from "./faults.ts";
import type { Post, Retries, Webhooks } from "./webhooks.ts";
export interface SimulatorOptions {
    /** 0, the default, is any free one */
    port?: number;
    host?: string;
    clock?: () => Date;
    /** in place of the simulator's own, by the names of the settings */
    credentials?: Readonly<Record<string, string>>;
}
/** Something that happens at the provider, told as one object. */
export type Act = (input: never) => unknown;
export type Acts = Readonly<Record<string, Act>>;
/** A provider's API as its documentation describes it, and what can happen there. */
export interface SimulatedApi<A extends Acts = Acts, Facts = unknown> {
    /** the settings under which a poll reaches it, and the credentials it takes */
    settings(url: string): Readonly<Record<string, unknown>>;
    answer(asked: Asked): SimulatedAnswer;
    acts: A;
    /** an input for each act, for people */
    examples: Readonly<Record<keyof A, object>>;
    facts(): Facts;
    /** absent, it never tries again */
    retries?: Retries;
}
/** A running simulator; disposing it closes its port and every connection. */
export interface Simulator<A extends Acts = Acts, Facts = unknown> extends AsyncDisposable {
    url: string;
    settings: Readonly<Record<string, unknown>>;
    acts: A;
    /** what the provider holds now */
    facts(): Facts;
    webhooks: Webhooks;
    faults: Faults;
    /** every request to the API, in the order they came */
    requests: readonly Asked[];
}
export interface Surroundings {
    clock: () => Date;
    /** sends a webhook, if its fate allows; resolves when it is answered */
    post(post: Post): Promise<void>;
    /** what became of those sent so far */
    webhooks: Pick<Webhooks, "sent">;
}

// functions/simulator/asked.d.ts
/** A request as the simulated API sees it; the path as it came, not decoded. */
export interface Asked {
    method: string;
    path: string;
    query: URLSearchParams;
    /** names in lower case */
    headers: Readonly<Record<string, string>>;
    text: string;
    at: Date;
    /** what was answered; undefined: nothing, or not yet */
    status?: number;
}
export interface SimulatedAnswer {
    /** 200 unless told */
    status?: number;
    headers?: Readonly<Record<string, string>>;
    /** a string is sent as it is, anything else as JSON */
    body?: unknown;
}

// functions/simulator/tokens.d.ts
/** Bearer tokens that an API has handed out and their owners, until they expire. */
export interface IssuedTokens {
    issue(owner: string): string;
    /** whose token the request shows; undefined where it is unknown or has expired */
    owner(headers: Readonly<Record<string, string>>): string | undefined;
    /** ends every token at once, or those of one owner */
    expire(owner?: string): void;
}
export declare function openTokens(clock: () => Date, lifeSeconds: number): IssuedTokens;

// infra/installation.d.ts
import type { RemovalPolicy } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
export interface Network {
    vpc: IVpc;
    vpcSubnets?: SubnetSelection;
    securityGroups: readonly ISecurityGroup[];
}
/** What all providers of an installation share. */
export interface Installation {
    stage: string;
    retain: boolean;
    removalPolicy: RemovalPolicy;
    retentionDays: number;
    logRetention: RetentionDays;
    logSenders: boolean;
    memorySize: Readonly<Record<"webhook" | "forward" | "poll" | "watch", number>>;
    /** with which log lines hash subjects */
    subjectKey: string;
    /** what everything that is kept is encrypted with; AWS's own where there is none */
    encryptionKey?: IKey;
    /** where polls stand, if anywhere */
    pollNetwork?: Network;
    bucket: Bucket;
    code: (bundle: string) => Code;
}

// functions/inbox/known.d.ts
import { type Once } from "./identity.ts";
import { type LaneNow } from "./item.ts";
import { type Store } from "./record.ts";
/** As much of a `once` event as its id needs. */
export interface OnceFact {
    type: string;
    subject: string;
    identity: Once;
}
/** Whether the inbox knows a `once` event. */
export declare function knows(provider: string, { type, subject, identity }: OnceFact, store: Store): Promise<boolean>;
/** Whether each lane stands where it stood. */
export declare function stand(lanes: readonly LaneNow[], store: Store): Promise<boolean>;

// functions/proofs/shown.d.ts
/** What of a request a proof is judged by, as it came. */
export interface Shown {
    /** names in lower case */
    headers: Readonly<Record<string, string>>;
    bytes: Uint8Array;
    receivedAt: Date;
}

// functions/inbox/record.d.ts
import type { Via } from "./event.ts";
import { type Item, type Key, type LaneNow } from "./item.ts";
import type { Observation } from "./observation.ts";
/** Where bodies go that are too large for a message or an item. */
export interface Payloads {
    /** answers the `dataref` of these bytes */
    keep(bytes: Uint8Array, leftMs: number): Promise<string>;
}
/** A provider's table of events taken on; each call is repeated, as long as it fails in passing and time is left. */
export interface Inbox {
    /** writes an item where none stands, or answers the one that does */
    add(item: Item, leftMs: number): Promise<Item | undefined>;
    /** like `add`, but replaces what has expired, and counts what has not */
    count(item: Item, now: Date, leftMs: number): Promise<{
        first: boolean;
    }>;
    /** the last item whose `sk` begins so, without its envelope */
    last(pk: string, prefix: string, leftMs: number): Promise<Item | undefined>;
    /** lets others go ahead in a crowded lane; the longer, the oftener they were faster */
    pause(tries: number, leftMs: number): Promise<void>;
    /** lets an item live longer, if it still stands */
    renew(key: Key, expires: number, leftMs: number): Promise<void>;
    /** whether a `once` event is in the inbox */
    has(subject: string, onceId: string, leftMs?: number): Promise<boolean>;
}
export interface Store {
    inbox: Inbox;
    payloads: Payloads;
    now: () => Date;
    /** when it is time to give up */
    deadline: Date;
    retentionDays: number;
}
export interface Recording {
    provider: string;
    via: Via;
    observation: Observation;
    /** of its reception */
    traceparent: string;
    /** webhook: the body's own text, valid JSON */
    text?: string;
    /** poll: the instant at which the request was sent */
    observedAt?: Date;
    /** webhook, where it was kept and is read again: when it came */
    receivedAt?: Date;
}
export interface Recorded {
    /** a claim tells which delivery an event was that a poll had already brought */
    outcome: "new" | "repeat" | "return" | "claim" | "conflict" | "stale";
    type: string;
    /** of its subject's records */
    pk: string;
    /** of the event, where that is certain; a claim has one of its own */
    id?: string;
    /** of a `once` that a poll repeats: when a webhook had brought it */
    deliveredAt?: Date;
    /** of a state: where its lane stands now */
    lane?: LaneNow;
}
/** No time is left to make an event durable; it must be sent again. */
export declare class DeadlineNear extends Error {
    name: string;
}
/** Makes an observation durable as one event, unless the inbox knows it. */
export declare function record(recording: Recording, store: Store): Promise<Recorded>;
/** What is left for the next call. */
export declare function leftMs({ now, deadline }: Store): number;

// functions/simulator/faults.d.ts
import type { ServerResponse } from "node:http";
import type { Asked, SimulatedAnswer } from "./asked.ts";
/** One way in which an API can misbehave. */
export type Misbehaviour = {
    kind: "status";
    status: number;
    /** "retry-after", "ratelimit-remaining" … */
    headers?: Readonly<Record<string, string>>;
    body?: unknown;
}
/** takes the request and never answers */
 | {
    kind: "hang";
}
/** closes the connection before doing anything */
 | {
    kind: "cut";
}
/** does what was asked and closes the connection before saying so */
 | {
    kind: "lost";
}
/** the genuine answer, cut in half */
 | {
    kind: "malformed";
}
/** JSON that nobody documented */
 | {
    kind: "shape";
    body?: unknown;
}
/** a genuine status with a body of this many bytes */
 | {
    kind: "oversized";
    bytes: number;
} | {
    kind: "redirect";
    location: string;
};
export type Fault = Misbehaviour & {
    /** what the request's path must contain; absent, any request will do */
    path?: string;
    /** how many such requests are served first; 0 unless told */
    after?: number;
    /** 1 unless told; Infinity until cleared */
    times?: number;
};
export interface Faults {
    add(fault: Fault): void;
    clear(): void;
    /** those still to come */
    readonly waiting: readonly Fault[];
}
export interface TakenFaults extends Faults {
    /** The first fault that is waiting for such a request, one time fewer. */
    take(asked: Asked): Fault | undefined;
}
export declare function openFaults(): TakenFaults;
/** Answers as the fault says, or not at all; returns what was written. */
export declare function misbehave(fault: Fault, response: ServerResponse, answer: () => Promise<SimulatedAnswer>): Promise<SimulatedAnswer | undefined>;

// functions/simulator/webhooks.d.ts
/** What becomes of a webhook: on its way at once, never, when somebody releases it, or two at a time. */
export declare const fates: readonly ["send", "drop", "hold", "twice"];
export type Fate = (typeof fates)[number];
export interface Webhook {
    /** appended to the subscribed address */
    path: string;
    headers: Readonly<Record<string, string>>;
    /** the body's own text */
    text: string;
    attempt: number;
}
/** What became of a webhook; without a status nobody answered, or nobody was asked. */
export interface SentWebhook extends Webhook {
    fate: Fate | "unsubscribed";
    status?: number;
}
export interface Subscription {
    url: string;
    /** the proof that the provider was told to show */
    headers?: Readonly<Record<string, string>>;
    /** the same where it is a signature, made anew for each attempt */
    sign?(webhook: Webhook): Readonly<Record<string, string>>;
}
export interface Webhooks {
    subscribe(subscription: Subscription): void;
    /** The fate of the next `times` webhooks, behind those already fated; Infinity: of every other one. */
    fate(fate: Fate, times?: number): void;
    /** Sends what waits: all of it, or the one at `only`; resolves when it is answered. */
    release(options?: {
        only?: number;
        reversed?: boolean;
    }): Promise<void>;
    readonly held: readonly Webhook[];
    readonly sent: readonly SentWebhook[];
}
export interface Post {
    body: unknown;
    path?: string;
    /** names in lower case: what a provider says beside the body */
    headers?: Readonly<Record<string, string>>;
}
/** Whether the provider tries again after this answer; undefined: none came. */
export type Retries = (attempt: number, status: number | undefined) => boolean;
export declare function openWebhooks(retries: Retries): {
    webhooks: Webhooks;
    post(post: Post): Promise<void>;
};

// functions/inbox/item.d.ts
import { type Via } from "./event.ts";
import type { Observation } from "./observation.ts";
export interface Key {
    pk: string;
    sk: string;
}
/** What stands in the inbox under one key; the template names keys, kind, expires, and what the index shows: hour, at, id, type, via. */
export interface Item extends Key {
    kind: "event" | "claim" | "quarantine";
    /** names the put that wrote it: met again, it tells a success whose answer was lost */
    attempt: string;
    /** epoch seconds */
    expires: number;
    [attribute: string]: string | number | Uint8Array | undefined;
}
/** How an item's other attributes are stored, for a duplicate is billed by the item's size, and names are a part of it. */
export declare const shortNames: {
    readonly attempt: "a";
    /** of a webhook's `once`: its data */
    readonly digest: "d";
    readonly envelope: "e";
    readonly summary: "s";
};
/** An attribute's name in the table. */
export declare function storedName(attribute: string): string;
export declare function attributeOf(storedName: string): string;
/** A larger one, compressed as it is, refers to its data. */
export declare const maxItemBytes: number;
/** As DynamoDB counts: names and values. */
export declare function bytesOf(item: Item): number;
/** Names a put, so that a success whose answer was lost is known again. */
export declare function newAttempt(): string;
/** An observation on its way into the inbox. */
export interface Entry {
    provider: string;
    via: Via;
    observation: Observation;
    /** the JSON text of the event's `data` */
    data: string;
    attempt: string;
    traceparent: string;
    retentionDays: number;
    keep(bytes: Uint8Array): Promise<string>;
}
/** What only its place in the inbox gives an observation. */
export interface Place {
    key: Key;
    id: string;
    recordedtime: string;
    /** of a state */
    lane?: string;
    sequence?: string;
    summary?: string;
}
export declare function onceKey(subject: string, id: string): Key;
/** Where a lane's records stand, the newest last. */
export declare function laneOf(subject: string, lane: string): {
    pk: string;
    prefix: string;
};
/** A lane, by where its records stand, and the number of its newest. */
export interface LaneNow {
    pk: string;
    prefix: string;
    number: number;
}
/** Twelve digits, so that text sorts as numbers do. */
export declare function digitsOf(number: number): string;
/** What a consumer orders a lane by: the place among its states, in milliseconds, then the order recorded. */
export declare function sequenceOf(place: number, number: number): string;
/** The number of a lane's record; of none, zero. */
export declare function numberOf(record: Key | undefined): number;
/** An item that will be forwarded; its data, if too large, has been kept before. */
export declare function eventItem(entry: Entry, place: Place): Promise<Item>;
/** An item that says of a polled event which delivery it was. */
export declare function claimItem(entry: Entry, place: Place): Item;
/** Where the index by hour has it: spread over shards, for a busy hour must not throttle. */
export declare function hourOf(recordedtime: string, id: string): string;
export declare function expiryOf(from: Date, retentionDays: number): number;
