// The password from the letter, between the sign-in it was typed into and the choice of an own one: it is not asked for twice.
// It lives in the memory of this page only.
let typed = "";

export const typedPassword = {
  keep: (password: string): void => {
    typed = password;
  },
  read: (): string => typed,
};
