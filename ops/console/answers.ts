/** What the page is told: the answers of the console's own small API, by their names. */
export interface Installed {
	/** as a person knows it */
	called: string;
	local: boolean;
	providers: InstalledProvider[];
}

export interface InstalledProvider {
	provider: string;
	/** what may be sent from here, on the local cloud alone */
	examples: string[];
}

/** How a provider is, counted when it is asked. */
export interface Health {
	/** of the last 24 hours, and of them those that only the poll brought */
	events: number;
	recovered: number;
	/** deliveries of the last 24 hours */
	quarantined: number;
	/** there are more of all of these: only the newest were counted */
	more?: true;
	/** on the queue */
	waiting: number;
	deadLetters: number;
}

export interface EventRow {
	id: string;
	provider: string;
	type: string;
	/** absent where the envelope cannot be read */
	subject?: string;
	recordedtime: string;
	via: "webhook" | "poll";
	unreadable?: true;
}

export interface EventPage {
	events: EventRow[];
	/** ask for what is older with it */
	next?: string;
}

/** One thing that happened to a subject, or to a delivery. */
export interface StoryLine {
	at: string;
	provider: string;
	/** what it was: delivery, recorded, polled, forwarded, quarantined, … */
	what: string;
	says: string;
	/** of the event, or of what lies in quarantine */
	id?: string;
}

export interface Story {
	/** absent where the log alone knows it, under a hash, and where the event cannot be read */
	subject?: string;
	moments: StoryLine[];
	/** what the story cannot tell, and why */
	notes: string[];
	isKnown: boolean;
}

export interface ShownEvent extends EventRow {
	attributes: Record<string, string>;
	/** the text as it stands, digits and all; absent where the envelope cannot be read */
	data?: string;
}

/** All that lie in quarantine for one reason and one field. */
export interface QuarantineKind {
	/** the latest of them */
	id: string;
	provider: string;
	reason: string;
	field: string;
	message: string;
	entries: number;
	/** how often they came */
	count: number;
	first: string;
	last: string;
}

export interface ShownDelivery {
	id: string;
	provider: string;
	reason: string;
	/** what could not be read, and why */
	issues: readonly { path: string; message: string }[];
	last: string;
	count: number;
	/** behind the token; empty where there is one event's URL alone */
	path: string;
	headers: Readonly<Record<string, string>>;
	body: string;
}

export interface WatchRow {
	provider: string;
	subject: string;
	kind?: string;
	/** when the poll asks next, at the earliest */
	due: string;
	deadline: string;
}

export interface DeadLetter {
	/** the event's */
	id: string;
	type: string;
	subject: string;
	sent: string;
	receives: number;
}

/** What was done, in a sentence, and what was not. */
export interface Done {
	says: string;
	failed?: string[];
}
