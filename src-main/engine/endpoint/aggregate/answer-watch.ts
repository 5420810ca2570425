/** The members that make a message an answer. */
const ANSWER_MEMBERS = ['"result":', '"error":'] as const;
const LONGEST_MEMBER = 9;

/** Whether an event stream that passes has answered its call, seen without parsing it. */
export class AnswerWatch {
  isAnswered = false;
  #tail: Uint8Array = new Uint8Array(0);

  take(chunk: Uint8Array): void {
    if (this.isAnswered) return;
    const seen = Buffer.concat([this.#tail, chunk]);
    this.isAnswered = ANSWER_MEMBERS.some((member) => seen.includes(member));
    this.#tail = seen.subarray(-LONGEST_MEMBER);
  }
}
