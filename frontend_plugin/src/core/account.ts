/** Who is reading: signing in and out, and what is kept about them. */

import {forgetChoice} from './choice';
import type {Api} from './api';
import {failureOf} from './failures';
import {Watched} from './subscribing';
import type {Tokens} from './tokens';
import type {Account, AccountState, AccountStore, Onboarding} from './types';

export function createAccountStore(api: Api, tokens: Tokens): AccountStore {
  return new Reader(api, tokens);
}

class Reader implements AccountStore {
  readonly #api: Api;
  readonly #tokens: Tokens;
  readonly #watched: Watched<AccountState>;
  readonly subscribe: AccountStore['subscribe'];
  readonly getSnapshot: AccountStore['getSnapshot'];
  /** Counts what changes the account, so that an answer to something older is not believed. */
  #turn = 0;
  #isEntering = false;

  constructor(api: Api, tokens: Tokens) {
    this.#api = api;
    this.#tokens = tokens;
    this.#watched = new Watched({phase: 'unknown', account: null, external: tokens.external});
    this.subscribe = this.#watched.subscribe;
    this.getSnapshot = this.#watched.getSnapshot;
    tokens.onChange(() => this.#hearOfChange());
  }

  async start(): Promise<void> {
    const mine = this.#takeTurn();
    if (!this.#tokens.hasSession()) return this.#setAccount(null);
    if (this.getSnapshot().account === null) this.#watched.change({phase: 'signing-in'});
    try {
      const account = await this.#api.me();
      if (mine === this.#turn) this.#setAccount(account);
    } catch (error) {
      if (mine !== this.#turn) return;
      // Who cannot be asked about is still signed in, unless the API says otherwise.
      if (failureOf(error).kind === 'signed-out') this.#setAccount(null);
      else this.#watched.change({phase: 'signed-in'});
    }
  }

  signUp(
    email: string,
    password: string,
    onboarding?: Partial<Onboarding>,
    invite?: string,
  ): Promise<void> {
    const given = {...(onboarding && {onboarding}), ...(invite && {invite})};
    return this.#enter(() => this.#api.register({email, password, ...given}));
  }

  signIn(email: string, password: string): Promise<void> {
    return this.#enter(() => this.#api.signIn(email, password));
  }

  signOut(): Promise<void> {
    forgetChoice();
    return this.#api.signOut();
  }

  async saveOnboarding(onboarding: Onboarding): Promise<void> {
    const account = await this.#api.saveOnboarding(onboarding);
    this.#takeTurn();
    this.#setAccount(account);
  }

  changePassword(currentPassword: string, newPassword: string): Promise<void> {
    return this.#api.changePassword(currentPassword, newPassword);
  }

  exportData(): Promise<Blob> {
    return this.#api.exportData();
  }

  async erase(): Promise<void> {
    await this.#api.erase();
    forgetChoice();
    this.#takeTurn();
    this.#setAccount(null);
  }

  async #enter(answer: () => Promise<Account>): Promise<void> {
    const mine = this.#takeTurn();
    this.#isEntering = true;
    this.#watched.change({phase: 'signing-in'});
    try {
      const account = await answer();
      this.#takeTurn();
      this.#setAccount(account);
    } catch (error) {
      if (mine === this.#turn) this.#setAccount(null);
      throw error;
    } finally {
      this.#isEntering = false;
    }
  }

  /** Somebody has signed in or out, here, in another tab, or at the site itself. */
  #hearOfChange(): void {
    // Before `start` nothing is shown that could be wrong; signing in brings the account itself.
    if (this.getSnapshot().phase === 'unknown' || this.#isEntering) return;
    if (this.#tokens.hasSession()) return void this.start();
    this.#takeTurn();
    this.#setAccount(null);
  }

  #takeTurn(): number {
    this.#turn += 1;
    return this.#turn;
  }

  #setAccount(account: Account | null): void {
    this.#watched.change({phase: account === null ? 'signed-out' : 'signed-in', account});
  }
}
