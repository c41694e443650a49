module.exports = require('lib')
