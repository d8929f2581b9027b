import { DatabaseSync } from "node:sqlite";
import type { BuildAppOptions } from "fauxqs";

type SqsStore = NonNullable<BuildAppOptions["stores"]>["sqsStore"];
type Queue = ReturnType<SqsStore["createQueue"]>;

/** The messages that a queue takes only once, in the engine's own file; it would keep them in memory. */
export interface SentMessages extends Disposable {
	/** lets a queue ask here whether it has a message already */
	follow(queue: Queue): Queue;
}

const windowMs = 5 * 60 * 1000;

// written by the very statement that stores the message, so that neither a kill nor a full disk comes between
const schema = `
	CREATE TABLE IF NOT EXISTS sent_messages (
		queue_name TEXT NOT NULL,
		deduplication_id TEXT NOT NULL,
		message_id TEXT NOT NULL,
		sequence_number TEXT NOT NULL,
		sent_at INTEGER NOT NULL,
		PRIMARY KEY (queue_name, deduplication_id)
	) WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS sent_messages_by_time ON sent_messages (sent_at);
	CREATE TRIGGER IF NOT EXISTS remember_sent AFTER INSERT ON sqs_messages
	WHEN NEW.message_deduplication_id IS NOT NULL BEGIN
		DELETE FROM sent_messages WHERE sent_at < NEW.sent_timestamp - ${windowMs};
		INSERT OR REPLACE INTO sent_messages VALUES (
			NEW.queue_name, NEW.message_deduplication_id,
			NEW.message_id, NEW.sequence_number, NEW.sent_timestamp
		);
	END;`;

export function rememberSent(file: string): SentMessages {
	const database = new DatabaseSync(file);
	database.exec(schema);
	// the five minutes stand still while nothing runs: what was cut off by a stop is sent again at the next start
	database.prepare("UPDATE sent_messages SET sent_at = ?").run(Date.now());
	const find = database.prepare(
		`SELECT message_id, sequence_number FROM sent_messages
		 WHERE queue_name = ? AND deduplication_id = ? AND sent_at >= ?`,
	);
	return {
		follow(queue) {
			queue.checkDeduplication = (id) => {
				const found = find.get(queue.name, id, Date.now() - windowMs);
				if (!found) return { isDuplicate: false };
				return {
					isDuplicate: true,
					originalMessageId: String(found.message_id),
					originalSequenceNumber: String(found.sequence_number),
				};
			};
			queue.recordDeduplication = () => {};
			return queue;
		},
		[Symbol.dispose]: () => database.close(),
	};
}
