/** What a dialog asks before something happens; it is shown as it is. */
export interface Question {
  readonly type: 'question';
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  readonly buttons: string[];
  readonly defaultId: number;
  readonly cancelId: number;
}

const GO = 0;
const NOT = 1;

/** Two buttons. Enter, pressed into a dialog that nobody expected, means the second one. */
export function question(message: string, detail: string, [go, not]: readonly [string, string]): Question {
  return { type: 'question', title: 'Gatehouse', message, detail, buttons: [go, not], defaultId: NOT, cancelId: NOT };
}

/** Whether the first button was pressed; a dialog that was closed chooses nothing. */
export function isConfirmed(button: number): boolean {
  return button === GO;
}
