/** "collapsed" or "open"; read by the root layout, written by the sidebar's toggle. */
export const SIDEBAR_COOKIE = "clearway-sidebar";
